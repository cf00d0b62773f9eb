"""Tasks of the warehouse build around dbt."""

from typing import Any

from airflow.sdk import Metadata, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from cvplus.orchestration.assets import FEATURE_STORE


@task
def watch_freshness() -> list[str]:
    """Open an incident for each resource that is stale, silent or failing; returns their subjects."""
    from cvplus.operations.freshness import raise_freshness_alerts
    from cvplus.warehouse.connection import connect

    with connect() as connection:
        return raise_freshness_alerts(connection)


@task
def find_news() -> int:
    """Count the batches accepted since the last build; skips the run when there are none."""
    from cvplus.operations.builds import count_unbuilt_batches

    news = count_unbuilt_batches()
    if news == 0 and not get_current_context()["params"]["full"]:
        raise AirflowSkipException("No batch was accepted since the last build.")
    return news


@task
def enrich_postings() -> str:
    """Find occupation, seniority and skills in new postings; land, load and gate what was found.

    Returns:
        The instant up to which accepted batches are in this build, ISO 8601.
    """
    from cvplus.operations.builds import enrich_new_postings, warehouse_instant

    context = get_current_context()
    enrich_new_postings(context["dag"].dag_id, context["run_id"])
    return warehouse_instant().isoformat()


@task
def gate_features() -> None:
    """Validate the feature tables; a critical failure stops what reads them."""
    from cvplus.operations.builds import gate_feature_tables

    context = get_current_context()
    gate_feature_tables(context["dag"].dag_id, context["run_id"])


@task(outlets=[FEATURE_STORE])
def announce_features(built_until: str) -> Any:
    """Mark the batches as built and tell drift and scoring that features are new."""
    from cvplus.operations.builds import mark_built

    built = mark_built(built_until)
    yield Metadata(FEATURE_STORE, extra={"built_until": built_until, "batches": built})
