"""A declared backfill: past windows run again at the edge, what is downstream woken once, at the end."""

import getpass
import time
from datetime import UTC, datetime, timedelta

from rich.live import Live

from cvplus.errors import ConfigurationError
from cvplus.operations.backfills import change_backfill_state, declare_backfill
from cvplus.runtime.chain import POLL_SECONDS, Chain
from cvplus.warehouse.connection import connect


def run_backfill(
    chain: Chain, first: datetime, last: datetime, dag_id: str | None, reason: str, is_dry_run: bool
) -> None:
    """Run every window whose data lie between two dates (both included), then the warehouse, once.

    Args:
        chain: the running plant.
        first: first day of data.
        last: last day of data.
        dag_id: one ingest DAG, or ``None`` for all that run daily.
        reason: why, for the record in ``ops.backfills``.
        is_dry_run: only say and record what would run.

    Raises:
        ConfigurationError: when the DAG is not an ingest.
        BackfillRefused: when the range is empty, in the future, or in another backfill's hands.
    """
    known = {dag for dag in chain.wait_for_dags() if dag.startswith("ingest_")}
    start, end = first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)
    if dag_id is not None and dag_id not in known:
        raise ConfigurationError(
            cause=f"{dag_id} is not an ingest DAG; what is behind the edge is a function of state.",
            remedy=f"Name one of {', '.join(sorted(known))}; the build follows by itself.",
        )
    dags = [dag_id] if dag_id else sorted(known)
    plan = {"dags": dags, "days": (end - start).days + 1, "downstream": ["build_warehouse"]}
    chain.console.print(f"{', '.join(dags)}: {plan['days']} days, then build_warehouse once.")
    if is_dry_run:
        chain.console.print("Dry run: nothing was declared or started.")
        return
    with connect(chain.settings.resolved_warehouse_url) as connection:
        backfill_id = declare_backfill(
            connection, dag_id, start.date(), end.date(), reason, getpass.getuser(), plan
        )
        change_backfill_state(connection, backfill_id, "running")
    chain.console.print(f"Backfill {backfill_id} is declared in ops.backfills.")
    succeeded = False
    try:
        for dag in dags:
            # A run's logical date is the start of its window; the range is inclusive of instants.
            until = end + timedelta(days=1) - timedelta(seconds=1)
            airflow_id = chain.api.create_backfill(
                dag, start.isoformat(), until.isoformat(), {"announce": False}
            )
            while not chain.api.backfill_is_complete(airflow_id):
                chain.fail_on_failed_runs()
                time.sleep(POLL_SECONDS)
        with Live(console=chain.console, refresh_per_second=2) as live:
            chain.watch(live, [chain.start("build_warehouse", {})])
            chain.watch(live, [])
        succeeded = True
    finally:
        with connect(chain.settings.resolved_warehouse_url) as connection:
            change_backfill_state(connection, backfill_id, "complete" if succeeded else "failed")
