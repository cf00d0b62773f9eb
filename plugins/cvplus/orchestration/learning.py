"""Tasks that train, promote, watch and use models."""

import logging
from typing import Any

from airflow.sdk import AssetAlias, Metadata, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from cvplus.orchestration.assets import CHAMPION, DRIFT, PREDICTIONS, RETRAINING_REQUEST

# An asset is updated by every run that ends well, an alias only by what is added to it.
RETRAINING = AssetAlias("asks_for_retraining")
log = logging.getLogger(__name__)


@task
def train() -> str:
    """Snapshot, train, calibrate, evaluate and register; returns the model version.

    Skips the run while the feature store has never been built.
    """
    from cvplus.operations.learning import train_model
    from cvplus.operations.outstanding import has_features
    from cvplus.warehouse.connection import connect

    context = get_current_context()
    with connect() as connection:
        if not has_features(connection):
            raise AirflowSkipException("There are no features yet: run build_warehouse.")
    return train_model(context["dag"].dag_id, context["run_id"])


@task(outlets=[CHAMPION])
def promote(model_version: str) -> Any:
    """Compare with the gate and the champion; move the alias or keep it, and write down why."""
    from cvplus.operations.learning import promote_model

    context = get_current_context()
    is_promoted = promote_model(model_version, context["dag"].dag_id, context["run_id"])
    if not is_promoted:
        raise AirflowSkipException("The champion stays; see ops.promotions for the reasons.")
    yield Metadata(CHAMPION, extra={"model_version": model_version})


@task(outlets=[DRIFT, RETRAINING])
def compare_populations() -> None:
    """Measure drift and tell the marts; asks for a retraining when enough of the features have moved.

    News of features and of the champion often comes in one go and wakes two runs: the second finds it done.
    """
    from cvplus.operations.learning import measure_drift
    from cvplus.operations.outstanding import is_drift_measured
    from cvplus.warehouse.connection import connect

    context = get_current_context()
    with connect() as connection:
        if context["dag_run"].run_type == "asset_triggered" and is_drift_measured(connection):
            raise AirflowSkipException("These features have been compared with this champion already.")
    drift = measure_drift(context["dag"].dag_id, context["run_id"])
    if drift.drift_run_id is None:
        raise AirflowSkipException(drift.message)
    log.info(drift.message)
    if drift.asks_for_retraining:
        extra: dict[str, Any] = {"drift_run_id": drift.drift_run_id}
        context["outlet_events"][RETRAINING].add(RETRAINING_REQUEST, extra=extra)


@task
def score() -> int:
    """Gate the pairs, then predict and explain those that the champion has not scored, in chunks.

    Skips the run while there is no champion.
    """
    from cvplus.operations.learning import gate_scoring_input, score_pairs, serving_version

    version = serving_version()
    if version is None:
        raise AirflowSkipException("No model is champion yet: run train_models.")
    context = get_current_context()
    dag_id, run_id = context["dag"].dag_id, context["run_id"]
    gate_scoring_input(dag_id, run_id)
    return score_pairs(version, dag_id, run_id)


@task(outlets=[PREDICTIONS])
def publish_predictions(written: int) -> Any:
    """Validate what was written, then tell the marts, also when a killed run wrote it and could not."""
    from cvplus.operations.learning import are_marts_behind, finish_scoring, gate_written_predictions

    if written == 0 and not are_marts_behind():
        finish_scoring()
        raise AirflowSkipException("Every pair had been scored by this champion already.")
    context = get_current_context()
    gate_written_predictions(context["dag"].dag_id, context["run_id"])
    finish_scoring()
    yield Metadata(PREDICTIONS, extra={"predictions": written})
