"""A plant at rest as facts, from which the tests of the status change what they tell about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cvplus.status.facts import (
    AirflowFacts,
    Dag,
    Facts,
    MachineFacts,
    Pool,
    Resource,
    Run,
    Service,
    Task,
    WarehouseFacts,
    WokenBy,
)
from cvplus.status.lines import Status

NOW = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)
INGEST, BUILD, SCORE = "ingest_adzuna", "build_warehouse", "score_batch"


def before(**length: float) -> datetime:
    """An instant so long before now."""
    return NOW - timedelta(**length)


def after(**length: float) -> datetime:
    """An instant so long after now."""
    return NOW + timedelta(**length)


def run(dag_id: str, state: str = "success", **changes: Any) -> Run:
    """A run that took 20 seconds and ended 5 minutes ago; one that is not over began then."""
    ended = before(minutes=5) if state in ("success", "failed") else None
    times = {"due_at": before(minutes=6), "started_at": before(minutes=5, seconds=20), "ended_at": ended}
    return Run(dag_id, f"run of {dag_id}", state, **(times | changes))


def task(dag_id: str, task_id: str, state: str, **changes: Any) -> Task:
    """A task of :func:`run`, 10 seconds in its state."""
    return Task(
        dag_id, f"run of {dag_id}", task_id, state, changes.pop("since", before(seconds=10)), **changes
    )


def plant(**changes: Any) -> Facts:
    """A plant at rest; ``airflow``, ``warehouse`` and ``machine`` say, as dictionaries, what differs."""
    feature_store = WokenBy("feature_store", (BUILD,), before(minutes=4))
    airflow = AirflowFacts(
        dags={
            INGEST: Dag(INGEST, next_run_at=after(hours=2)),
            BUILD: Dag(BUILD, next_run_at=after(hours=3), woken_by=(WokenBy("raw_salary", (), None),)),
            SCORE: Dag(SCORE, woken_by=(feature_store,)),
        },
        newest={dag_id: run(dag_id) for dag_id in (INGEST, BUILD, SCORE)},
        pools={"default_pool": Pool("default_pool", 128, 0)},
        services=(Service("airflow_scheduler", True),),
    )
    fresh = Resource("adzuna", "search", "fresh", timedelta(hours=2))
    warehouse = WarehouseFacts(resources=(fresh,))
    machine = MachineFacts(workers=4, airflow_url="http://airflow")
    return Facts(
        NOW,
        replace(airflow, **changes.pop("airflow", {})),
        replace(warehouse, **changes.pop("warehouse", {})),
        replace(machine, **changes.pop("machine", {})),
        **changes,
    )


def said(status: Status, section: str) -> list[str]:
    """The lines of the section whose title begins so, as ``subject: text [next]``."""
    return [
        f"{line.subject}: {line.text}" + (f" [{line.next}]" if line.next else "")
        for part in status.sections
        if part.title.startswith(section)
        for line in part.lines
    ]
