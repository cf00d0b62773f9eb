"""The graph of DAGs, tasks, assets and schedules, as it was last reviewed.

`make snapshot` writes it again; the diff is what a reviewer reads.
"""

import json
import os
from pathlib import Path
from typing import Any

SNAPSHOT = Path(__file__).with_name("dag_snapshot.json")


def cron_of(timetable: Any) -> str | None:
    """The cron expression of a timetable, or of the one beside its assets."""
    return getattr(timetable, "expression", None) or getattr(
        getattr(timetable, "timetable", None), "expression", None
    )


def assets_in(condition: Any) -> set[str]:
    """Names of the assets anywhere in a condition."""
    if condition is None:
        return set()
    if hasattr(condition, "objects"):
        return set().union(*(assets_in(part) for part in condition.objects))
    return {condition.name}


def describe(dag: Any) -> dict[str, Any]:
    """What of a DAG others rely on; dbt's tasks are counted by their models elsewhere."""
    own_tasks = [task for task in dag.tasks if not task.task_id.startswith("dbt_")]
    return {
        "schedule": type(dag.timetable).__name__,
        "wakes_on": sorted(assets_in(getattr(dag.timetable, "asset_condition", None))),
        "clock": cron_of(dag.timetable),
        "tags": sorted(dag.tags),
        "tasks": {
            task.task_id: {
                "downstream": sorted(
                    {
                        name.split(".")[0] if name.startswith("dbt_") else name
                        for name in task.downstream_task_ids
                    }
                ),
                "outlets": sorted(asset.name for asset in task.outlets),
            }
            for task in sorted(own_tasks, key=lambda task: task.task_id)
        },
        "dbt_groups": sorted(
            {task.task_id.split(".")[0] for task in dag.tasks} - {t.task_id for t in own_tasks}
        ),
    }


def test_the_graph_is_the_reviewed_one(dags: dict[str, Any]) -> None:
    graph = {dag_id: describe(dags[dag_id]) for dag_id in sorted(dags)}
    text = json.dumps(graph, indent=2, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_SNAPSHOT"):
        SNAPSHOT.write_text(text)
    assert text == SNAPSHOT.read_text(), "Meant? Then run `make snapshot` and review the diff."
