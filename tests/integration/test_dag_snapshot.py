"""The graph of DAGs, tasks, assets and schedules, as it was last reviewed.

`make snapshot` writes it again; the diff is what a reviewer reads.
"""

import json
import os
from pathlib import Path
from typing import Any

SNAPSHOT = Path(__file__).with_name("dag_snapshot.json")


def cron_of(timetable: Any) -> str | None:
    """The cron expression of a timetable (Airflow's or our own), or of the one beside its assets."""
    for clock in (timetable, getattr(timetable, "timetable", None)):
        for name in ("expression", "_expression"):
            if hasattr(clock, name):
                return str(getattr(clock, name))
    return None


def assets_in(condition: Any) -> set[str]:
    """Names of the assets anywhere in a condition."""
    if not condition:
        return set()
    if hasattr(condition, "objects"):
        return set().union(*(assets_in(part) for part in condition.objects))
    return {condition.name}


def describe(dag: Any) -> dict[str, Any]:
    """What of a DAG others rely on."""
    return {
        "schedule": type(dag.timetable).__name__,
        "wakes_on": sorted(assets_in(getattr(dag.timetable, "asset_condition", None))),
        "clock": cron_of(dag.timetable),
        "tags": sorted(dag.tags),
        "tasks": {
            task.task_id: {
                "downstream": sorted(task.downstream_task_ids),
                "outlets": sorted(asset.name for asset in task.outlets),
            }
            for task in sorted(dag.tasks, key=lambda task: task.task_id)
        },
    }


def test_the_graph_is_the_reviewed_one(dags: dict[str, Any]) -> None:
    graph = {dag_id: describe(dags[dag_id]) for dag_id in sorted(dags)}
    text = json.dumps(graph, indent=2, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_SNAPSHOT"):
        SNAPSHOT.write_text(text)
    assert text == SNAPSHOT.read_text(), "Meant? Then run `make snapshot` and review the diff."
