"""Tasks of the warehouse build around dbt."""

from typing import Any

from airflow.sdk import Metadata, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from cvplus.orchestration.assets import FEATURE_STORE


@task
def pick_up_news() -> str:
    """Find the batches accepted since the last build; skips the run when there are none.

    Returns:
        The instant up to which batches are picked up, ISO 8601.
    """
    from cvplus.operations.builds import pick_up_news as pick

    news = pick()
    if news.batch_count == 0 and not get_current_context()["params"]["full"]:
        raise AirflowSkipException("No batch was accepted since the last build.")
    return news.picked_up_at.isoformat()


@task
def enrich_postings() -> list[str]:
    """Find occupation, seniority and skills in new postings; land, load and gate what was found."""
    from cvplus.operations.builds import enrich_new_postings

    context = get_current_context()
    return enrich_new_postings(context["dag"].dag_id, context["run_id"])


@task
def gate_features() -> None:
    """Validate the feature tables; a critical failure stops what reads them."""
    from cvplus.operations.builds import gate_feature_tables

    context = get_current_context()
    gate_feature_tables(context["dag"].dag_id, context["run_id"])


@task(outlets=[FEATURE_STORE])
def announce_features(picked_up_at: str) -> Any:
    """Mark the batches as built and tell drift and scoring that features are new."""
    from cvplus.operations.builds import mark_built

    built = mark_built(picked_up_at)
    yield Metadata(FEATURE_STORE, extra={"picked_up_at": picked_up_at, "batches": built})
