"""Tasks of the warehouse build: what is around dbt, and one dbt run a layer."""

from typing import Any

from airflow.sdk import Metadata, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from cvplus.orchestration.assets import DRIFT, FEATURE_STORE


@task
def watch_freshness() -> list[str]:
    """Open an incident for each resource that is stale, silent or failing; returns their subjects."""
    from cvplus.operations.freshness import raise_freshness_alerts
    from cvplus.warehouse.connection import connect

    with connect() as connection:
        return raise_freshness_alerts(connection)


@task
def read_texts() -> str:
    """Read the texts of new postings, companies and CVs; land, load and gate what was found.

    Skips the run when no batch was accepted since the last build and dbt's project is the same.

    Returns:
        The instant up to which accepted batches are in this build, ISO 8601.
    """
    from cvplus.operations.builds import read_new_texts, reason_to_build, warehouse_instant

    context = get_current_context()
    if reason_to_build() is None and not context["params"]["full"]:
        raise AirflowSkipException("No batch was accepted since the last build.")
    read_new_texts(context["dag"].dag_id, context["run_id"])
    return warehouse_instant().isoformat()


@task
def link_records() -> str:
    """Say which postings are of one job; land, load and gate what is held of each that is new or has changed.

    Returns:
        The instant up to which links are in this build, ISO 8601.
    """
    from cvplus.operations.builds import link_new_records, warehouse_instant

    context = get_current_context()
    link_new_records(context["dag"].dag_id, context["run_id"])
    return warehouse_instant().isoformat()


def layer_task(layer: str) -> Any:
    """The task that builds and tests one layer with one dbt run; its log says which model is being built.

    A run that only drift has woken is skipped while pairs wait to be scored: predictions wake another one.
    """

    @task(task_id=f"build_{layer}")
    def build() -> int:
        from cvplus.operations.builds import build_warehouse_layer, is_scoring_due

        context = get_current_context()
        news = {asset.name for asset in context["triggering_asset_events"]}
        if news == {DRIFT.name} and is_scoring_due():
            raise AirflowSkipException("Pairs wait to be scored; what was measured is published with them.")
        is_full = bool(context["params"].get("full", False))
        return build_warehouse_layer(layer, context["dag"].dag_id, context["run_id"], is_full=is_full)

    return build()


@task(outlets=[FEATURE_STORE])
def publish_features(built_until: str, linked_until: str) -> Any:
    """Validate the feature tables, mark the batches as built, tell drift and scoring of new features."""
    from cvplus.operations.builds import gate_feature_tables, mark_built

    context = get_current_context()
    gate_feature_tables(context["dag"].dag_id, context["run_id"])
    built = mark_built(built_until, linked_until)
    yield Metadata(FEATURE_STORE, extra={"built_until": built_until, "batches": built})
