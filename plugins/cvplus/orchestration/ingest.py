"""The four tasks of every ingest DAG: extract and land, load, gate, announce.

Between tasks travel batch ids only; everything else is read back from the lake and the warehouse, so
any task can run on any machine, and again.
"""

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Asset, Metadata, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

# A scheduled window is read this much longer, because drops and postings may come late; what was there
# already counts as duplicate.
LATE_DATA = timedelta(days=2)


def window_of_run(context: Any) -> tuple[datetime, datetime]:
    """The window asked for by parameters, else the run's data interval and the days before it."""
    params = context["params"]
    if params.get("window_start") and params.get("window_end"):
        return (
            datetime.fromisoformat(params["window_start"]),
            datetime.fromisoformat(params["window_end"]),
        )
    return context["data_interval_start"] - LATE_DATA, context["data_interval_end"]


def skip_before_first_load(source: str, context: Any) -> None:
    """Skip a run of the clock while the source's history has not been loaded.

    A new deployment's clocks start at once; without this they would build features from one day of data.
    """
    from cvplus.operations.ingestion import has_history

    if context["dag_run"].run_type == "scheduled" and not has_history(source):
        raise AirflowSkipException(
            f"The history of {source} has not been loaded: run `make run`, or trigger this DAG with a window."
        )


def provider_credentials(source: str) -> Any:
    """The credentials in the Airflow connection of a source; empty ones when there is none."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    from cvplus.sources.credentials import Credentials

    try:
        connection = Connection.get(source)
    except AirflowNotFoundException:
        return Credentials()
    return Credentials(
        base_url=connection.host or None,
        login=connection.login or None,
        password=connection.password or None,
        extra=dict(connection.extra_dejson),
    )


def ingest_source(source: str, outlet: Asset) -> None:
    """Wire the tasks that bring one provider's window into the warehouse."""

    @task
    def extract_and_land() -> list[str]:
        """Read the window of every resource and land it in the lake."""
        from cvplus.operations.ingestion import land_source

        context = get_current_context()
        skip_before_first_load(source, context)
        start, end = window_of_run(context)
        run_key = f"{context['dag'].dag_id}/{context['run_id']}"
        landed = land_source(source, start, end, provider_credentials(source), run_key, context["run_id"])
        return _landed_or_skip(landed)

    load_gate_announce(extract_and_land(), outlet)


def ingest_product_exports(outlet: Asset) -> None:
    """Wire the tasks that bring one window of the product's exports into the warehouse."""

    @task
    def extract_and_land() -> list[str]:
        """Split personal data off every drop of the window and land the rest in the lake."""
        from cvplus.operations.ingestion import land_product_exports

        context = get_current_context()
        skip_before_first_load("product", context)
        start, end = window_of_run(context)
        run_key = f"{context['dag'].dag_id}/{context['run_id']}"
        return _landed_or_skip(land_product_exports(start, end, run_key, context["run_id"]))

    load_gate_announce(extract_and_land(), outlet)


def _landed_or_skip(batch_ids: list[str]) -> list[str]:
    if not batch_ids:
        raise AirflowSkipException("Nothing was landed: the source is off, or the window holds nothing.")
    return batch_ids


def load_gate_announce(landed: Any, outlet: Asset) -> None:
    """Wire what follows a landing."""

    @task
    def load(batch_ids: list[str]) -> list[str]:
        """Copy the batches into raw, each in one transaction with its account."""
        from cvplus.operations.ingestion import load_batches

        context = get_current_context()
        return load_batches(batch_ids, context["dag"].dag_id, context["run_id"])

    @task
    def gate(batch_ids: list[str]) -> list[str]:
        """Validate the batches; returns the accepted ones that hold something new."""
        from cvplus.operations.ingestion import gate_loaded_batches

        context = get_current_context()
        return gate_loaded_batches(batch_ids, context["dag"].dag_id, context["run_id"])

    @task(outlets=[outlet])
    def announce(batch_ids: list[str]) -> Any:
        """Tell what is downstream that there is news."""
        context = get_current_context()
        if not batch_ids:
            raise AirflowSkipException("Nothing new was accepted, so nobody is woken.")
        if not context["params"]["announce"]:
            raise AirflowSkipException("This run is part of a larger one, which wakes the build at its end.")
        start, end = window_of_run(context)
        yield Metadata(
            outlet,
            extra={
                "window_start": start.isoformat(),
                "window_end": end.isoformat(),
                "batches": len(batch_ids),
            },
        )

    loaded: Any = load(landed)
    accepted: Any = gate(loaded)
    announce(accepted)
