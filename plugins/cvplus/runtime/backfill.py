"""A declared backfill: past windows run again at the edge, what is downstream woken once, at the end."""

import getpass
import time
from datetime import UTC, datetime, timedelta

from rich.live import Live

from cvplus.errors import ConfigurationError
from cvplus.operations.backfills import declare_backfill, finish_backfill, start_backfill
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
        ConfigurationError: when the range is empty, reaches into the future, or the DAG is not an ingest.
    """
    known = {dag for dag in chain.wait_for_dags() if dag.startswith("ingest_")}
    start, end = first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)
    if end < start or end >= datetime.now(UTC):
        raise ConfigurationError(
            cause=f"The range {start:%Y-%m-%d} to {end:%Y-%m-%d} is empty or not past.",
            remedy="Give FROM and TO as past dates, FROM not after TO.",
        )
    if dag_id is not None and dag_id not in known:
        raise ConfigurationError(
            cause=f"{dag_id} is not an ingest DAG; what is behind the edge is a function of state.",
            remedy=f"Name one of {', '.join(sorted(known))}; the build follows by itself.",
        )
    dags = [dag_id] if dag_id else sorted(known)
    plan = {"dags": dags, "days": (end - start).days + 1, "downstream": ["build_warehouse"]}
    with connect(chain.warehouse_url) as connection:
        backfill_id = declare_backfill(
            connection, dag_id, start.date(), end.date(), reason, getpass.getuser(), plan
        )
    chain.console.print(f"Backfill {backfill_id}: {', '.join(dags)}, {plan['days']} days.")
    if is_dry_run:
        chain.console.print("Dry run: declared, nothing was started.")
        return
    with connect(chain.warehouse_url) as connection:
        start_backfill(connection, backfill_id)
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
            chain.watch(live, [chain.api.trigger("build_warehouse", {})])
            chain.watch(live, [])
        succeeded = True
    finally:
        with connect(chain.warehouse_url) as connection:
            finish_backfill(connection, backfill_id, succeeded)
