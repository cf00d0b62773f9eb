"""The two tasks of every ingest DAG: one talks to the world, one to the warehouse.

``extract_and_land`` is tried again when a provider fails, ``load_and_gate`` when the warehouse does, and
neither repeats the other's work. Between them travel batch ids only; everything else is read back from the
lake and the warehouse, so any task can run on any machine, and again.
"""

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Asset, AssetAlias, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

# A scheduled window is read this much longer, because drops and postings may come late; what was there
# already counts as duplicate.
LATE_DATA = timedelta(days=2)


def window_of_run(context: Any) -> tuple[datetime, datetime]:
    """The window asked for by parameters, else the run's data interval, else (by hand) the day until now.

    Where no parameters ask for it, the days before are read too.
    """
    params = context["params"]
    if params.get("window_start") and params.get("window_end"):
        return (
            datetime.fromisoformat(params["window_start"]),
            datetime.fromisoformat(params["window_end"]),
        )
    end = context.get("data_interval_end") or context["dag_run"].run_after
    start = context.get("data_interval_start") or end - timedelta(days=1)
    return start - LATE_DATA, end


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
        credentials, try_now = provider_credentials(source), context["ti"]
        is_last_try = try_now.try_number > try_now.max_tries
        landed = land_source(
            source, start, end, credentials, run_key, context["run_id"], is_last_try=is_last_try
        )
        return _landed_or_skip(landed)

    load_and_gate(extract_and_land(), outlet)


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

    load_and_gate(extract_and_land(), outlet)


def _landed_or_skip(batch_ids: list[str]) -> list[str]:
    if not batch_ids:
        raise AirflowSkipException("Nothing was landed: the source is off, or the window holds nothing.")
    return batch_ids


def load_and_gate(landed: Any, outlet: Asset) -> None:
    """Wire what follows a landing: load, gate, and tell what is downstream if there is news.

    The outlet is an alias, to which the asset is added when news was accepted. An asset as outlet would be
    updated by every run that ends well, also by one that brought nothing.
    """
    news = AssetAlias(f"news_of_{outlet.name}")

    @task(outlets=[news])
    def load_and_gate(batch_ids: list[str]) -> list[str]:
        """Copy the batches into raw, each in one transaction with its account; gate them; announce news."""
        from cvplus.operations.ingestion import gate_loaded_batches, load_batches

        context = get_current_context()
        dag_id, run_id = context["dag"].dag_id, context["run_id"]
        accepted = gate_loaded_batches(load_batches(batch_ids, dag_id, run_id), dag_id, run_id)
        if accepted and context["params"]["announce"]:
            start, end = window_of_run(context)
            extra: dict[str, Any] = {
                "window_start": start.isoformat(),
                "window_end": end.isoformat(),
                "batches": len(accepted),
            }
            context["outlet_events"][news].add(outlet, extra=extra)
        return accepted

    load_and_gate(landed)
