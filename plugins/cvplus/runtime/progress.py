"""The live table of `make run`: what runs, rows so far, seconds."""

from datetime import UTC, datetime

import psycopg
from rich.table import Table

from cvplus.runtime.airflow_api import AirflowApi, DagRun

STYLES = {"success": "green", "failed": "bold red", "running": "yellow", "queued": "dim"}


def rows_by_dag(warehouse_url: str) -> dict[tuple[str, str], int]:
    """Rows handled so far, by DAG and run; empty while the warehouse does not answer."""
    try:
        with psycopg.connect(warehouse_url, connect_timeout=2) as connection:
            rows = connection.execute(
                "select dag_id, run_id, max(rows) from ops.runs group by dag_id, run_id"
            ).fetchall()
    except psycopg.OperationalError:
        return {}
    return {(dag_id, run_id): count or 0 for dag_id, run_id, count in rows}


def running_tasks(api: AirflowApi, run: DagRun) -> str:
    """Names of the tasks that run now, and how many are done."""
    tasks = api.task_instances(run)
    done = sum(task["state"] in ("success", "skipped") for task in tasks)
    active = [task["task_id"].split(".")[-1] for task in tasks if task["state"] == "running"]
    shown = ", ".join(active[:2]) + (" …" if len(active) > 2 else "")
    return f"{done}/{len(tasks)} {shown}"


def progress_table(runs: list[DagRun], api: AirflowApi, warehouse_url: str, started_at: datetime) -> Table:
    """One line a run: DAG, state, tasks, rows, seconds."""
    elapsed = (datetime.now(UTC) - started_at).total_seconds()
    table = Table(title=f"The chain, {elapsed:.0f} s", title_justify="left")
    for column in ("DAG", "state", "tasks"):
        table.add_column(column)
    table.add_column("rows", justify="right")
    table.add_column("seconds", justify="right")
    rows = rows_by_dag(warehouse_url)
    for run in runs:
        state = f"[{STYLES.get(run.state, 'white')}]{run.state}[/]"
        tasks = running_tasks(api, run) if run.state == "running" else ""
        count = rows.get((run.dag_id, run.run_id))
        table.add_row(
            run.dag_id, state, tasks, f"{count:,}" if count is not None else "", f"{run.seconds:.0f}"
        )
    return table
