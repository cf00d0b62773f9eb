"""What Airflow says: DAGs, their newest runs, what runs and waits now. Through its public API alone."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any, Protocol

from cvplus.status.facts import AirflowFacts, Dag, Pool, Run, Service, WokenBy

PAGE = 100
PAGES_AT_MOST = 20
ACTIVE_RUNS = ["running", "queued"]
# Servers of Airflow, by the key of its answer on health.
_SERVERS = {"scheduler": "airflow_scheduler", "dag_processor": "airflow_dag_processor"}


class Ask(Protocol):
    """Asks Airflow's API a question that changes nothing; one with a body is posted."""

    def __call__(self, path: str, parameters: dict[str, Any] | None = None, body: Any = None) -> Any:
        """The answer to a path below ``/api/v2``; raises ``PlantError`` when it is refused."""


def read_airflow(ask: Ask) -> AirflowFacts:
    """Read everything but tasks, which :mod:`cvplus.status.task_facts` adds."""
    health = ask("/monitor/health")
    active = [run_of(item) for item in _pages(ask, "/dags/~/dagRuns", "dag_runs", {"state": ACTIVE_RUNS})]
    dags = _dags(ask)
    return AirflowFacts(
        dags=dags,
        newest=_newest_runs(ask, dags, active),
        active=tuple(sorted(active, key=lambda run: run.due_at)),
        pools={
            pool["name"]: Pool(pool["name"], pool["slots"], pool["occupied_slots"])
            for pool in ask("/pools", {"limit": PAGE})["pools"]
        },
        services=tuple(
            Service(name, health[key]["status"] == "healthy")
            for key, name in _SERVERS.items()
            if health.get(key) and health[key]["status"] is not None
        ),
    )


def run_of(item: Mapping[str, Any]) -> Run:
    """A run as the API tells it."""
    return Run(
        dag_id=item["dag_id"],
        run_id=item["dag_run_id"],
        state=item["state"],
        due_at=datetime.fromisoformat(item["run_after"]),
        started_at=instant_of(item["start_date"]),
        ended_at=instant_of(item["end_date"]),
    )


def instant_of(text: str | None) -> datetime | None:
    """An instant as the API writes it."""
    return datetime.fromisoformat(text) if text else None


def _pages(ask: Ask, path: str, key: str, parameters: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for page in range(PAGES_AT_MOST):
        answer = ask(path, {**parameters, "limit": PAGE, "offset": page * PAGE})
        yield from answer[key]
        if (page + 1) * PAGE >= answer["total_entries"]:
            return


def _dags(ask: Ask) -> dict[str, Dag]:
    errors = {
        PurePath(item["filename"]).stem: item["stack_trace"].strip().splitlines()[-1]
        for item in _pages(ask, "/importErrors", "import_errors", {})
    }
    woken_by = _woken_by(ask)
    found = {
        item["dag_id"]: Dag(
            item["dag_id"],
            is_paused=item["is_paused"],
            next_run_at=instant_of(item["next_dagrun_run_after"]),
            max_active_runs=item["max_active_runs"] or 1,
            woken_by=woken_by.get(item["dag_id"], ()),
            import_error=errors.get(item["dag_id"]),
        )
        for item in _pages(ask, "/dags", "dags", {"order_by": "dag_id"})
    }
    # A file that could never be read has no DAG; each file of the project is named as its DAG.
    return {name: Dag(name, import_error=error) for name, error in errors.items()} | found


def _woken_by(ask: Ask) -> dict[str, tuple[WokenBy, ...]]:
    """The assets that start each DAG."""
    assets = list(_pages(ask, "/assets", "assets", {"order_by": "name"}))
    found: dict[str, tuple[WokenBy, ...]] = {}
    for dag_id in sorted({dag["dag_id"] for asset in assets for dag in asset["scheduled_dags"]}):
        own = [asset for asset in assets if dag_id in {dag["dag_id"] for dag in asset["scheduled_dags"]}]
        queued = ask(f"/dags/{dag_id}/assets/queuedEvents")["queued_events"]
        waiting = {event["asset_id"] for event in queued}
        found[dag_id] = tuple(
            WokenBy(
                asset["name"],
                makers=tuple(dict.fromkeys(task["dag_id"] for task in asset["producing_tasks"])),
                last_made_at=instant_of((asset["last_asset_event"] or {}).get("timestamp")),
                is_waiting=asset["id"] in waiting,
            )
            for asset in own
        )
    return found


def _newest_runs(ask: Ask, dags: Mapping[str, Dag], active: Iterable[Run]) -> dict[str, Run]:
    """The newest run of each DAG that has ended, else the newest of all."""
    newest: dict[str, Run] = {}
    finished = {"order_by": "-run_after", "state": ["success", "failed"]}
    answer = ask("/dags/~/dagRuns", {**finished, "limit": PAGE})
    for item in answer["dag_runs"]:
        newest.setdefault(item["dag_id"], run_of(item))
    for dag_id in dags:
        # The newest hundred hold nearly every DAG; a weekly one is asked for by itself.
        if dag_id not in newest and answer["total_entries"] > PAGE:
            for item in ask(f"/dags/{dag_id}/dagRuns", {**finished, "limit": 1})["dag_runs"]:
                newest[dag_id] = run_of(item)
    return newest
