"""What the learning and scoring DAGs do, each step measured and bound to this plant's connections."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cvplus.operations.alerts import Rule, close_alert, raise_alert
from cvplus.operations.outstanding import (
    DRIFT,
    SCORING,
    TRAINING,
    begin_step,
    finish_step,
    scoring_inputs,
    training_inputs,
)
from cvplus.operations.runs import measured
from cvplus.secret_files import password
from cvplus.settings import Settings, data_origin, load_settings
from cvplus.warehouse.connection import connect
from cvplus.warehouse.roles import ML

if TYPE_CHECKING:
    from ml.registry import ModelStore

MODEL_REFUSED: Rule = "model_refused"
CHAMPION = "champion"


@dataclass(frozen=True)
class DriftFinding:
    """What a drift run concluded."""

    drift_run_id: str | None
    asks_for_retraining: bool
    message: str


def train_model(dag_id: str, run_id: str) -> str:
    """Train, evaluate and register a model version on the present snapshot.

    Returns:
        The model version; an earlier one when the same data, code and configuration were trained before.
    """
    from ml.tasks import train

    settings = load_settings()
    with measured(dag_id, run_id, "train") as account:
        with connect() as connection:
            begin_step(connection, TRAINING, training_inputs(connection, settings))
        result = train(
            settings.warehouse_url_of(ML),
            model_store(settings),
            training_rows=settings.training_data_size,
            artifact_folder=None if settings.has_mlflow_server else settings.home / "mlflow_artifacts",
            data_origin=data_origin(),
        )
        account.rows = result["rows"]
    return str(result["model_version"])


def promote_model(model_version: str, dag_id: str, run_id: str) -> bool:
    """Decide about a version; returns whether it is the champion now."""
    from ml.tasks import decide_promotion

    settings = load_settings()
    with measured(dag_id, run_id, "promote"):
        outcome = decide_promotion(settings.warehouse_url_of(ML), model_store(settings), model_version)
        with connect() as connection:
            finish_step(connection, TRAINING)
    return bool(outcome["is_champion"])


def model_store(settings: Settings) -> "ModelStore":
    """Where the models are kept, and the key that signs them: ``CVPLUS_MODEL_KEY``, else ``<home>/keys``."""
    from ml.registry import ModelStore

    key = settings.model_key or password(settings.home, "model_key")
    return ModelStore(settings.resolved_mlflow_url, key.encode())


def create_registry_tables() -> None:
    """Let MLflow create its tables, as it does when its store is first read."""
    from ml.config import load_models_config
    from ml.registry import Registry

    Registry(model_store(load_settings()), load_models_config().model_name).champion()


def serving_version() -> str | None:
    """Version that scores: the champion, unless its files are not those that this plant has signed.

    Then the last good champion before it serves, and an incident is open until the champion is one of ours.
    ``None`` while no version can serve.
    """
    from ml.serving import serving_version as find

    settings = load_settings()
    serving = find(settings.warehouse_url_of(ML), model_store(settings))
    with connect() as connection:
        if serving.refusal is None:
            close_alert(connection, MODEL_REFUSED, CHAMPION)
        else:
            instead = f"version {serving.version} serves" if serving.version else "nothing is scored"
            message = f"Champion {serving.champion}: {serving.refusal.cause} Instead, {instead}."
            raise_alert(connection, MODEL_REFUSED, CHAMPION, "critical", message)
    return serving.version


def gate_scoring_input(dag_id: str, run_id: str) -> None:
    """Validate the pairs that are about to be scored.

    Raises:
        GateFailed: when a critical expectation fails; the last predictions stay.
    """
    from cvplus.quality.gate import gate_tables

    settings = load_settings()
    with measured(dag_id, run_id, "check_input"):
        gate_tables(settings.resolved_warehouse_url, ["scoring_pairs"], settings.home / "data_docs")


def score_pairs(model_version: str, dag_id: str, run_id: str) -> int:
    """Score what this version has not scored.

    Returns:
        How many predictions were written.
    """
    from ml.tasks import score

    settings = load_settings()
    with measured(dag_id, run_id, "score") as account:
        _begin_with_champion(SCORING)
        counts: dict[str, Any] = score(settings.warehouse_url_of(ML), model_store(settings), model_version)
        account.rows = counts["predictions"]
    return int(counts["predictions"])


def gate_written_predictions(dag_id: str, run_id: str) -> None:
    """Validate the predictions table.

    Raises:
        GateFailed: when a critical expectation fails; the marts are not told.
    """
    from cvplus.quality.gate import gate_tables

    settings = load_settings()
    with measured(dag_id, run_id, "gate_predictions"):
        gate_tables(settings.resolved_warehouse_url, ["predictions"], settings.home / "data_docs")


def finish_scoring() -> None:
    """Every pair is scored and the predictions have passed their gate: nothing is left to do."""
    with connect() as connection:
        finish_step(connection, SCORING)


def _begin_with_champion(step: str) -> None:
    with connect() as connection:
        inputs = scoring_inputs(connection)
        if inputs is not None:
            begin_step(connection, step, inputs)


def are_marts_behind() -> bool:
    """Whether there are predictions that ``marts.fct_predictions`` does not hold yet."""
    with connect() as connection:
        exists = connection.execute("select to_regclass('marts.fct_predictions')").fetchone()
        if exists is None or exists[0] is None:
            return True
        behind = connection.execute(
            """
            select 1 from predictions.predictions as made
            where not exists (
                select 1 from marts.fct_predictions as told where told.prediction_id = made.prediction_id
            ) limit 1
            """
        ).fetchone()
    return behind is not None


def measure_drift(dag_id: str, run_id: str) -> DriftFinding:
    """Compare the present population with the champion's training sample."""
    from cvplus.quality.drift import monitor_drift

    settings = load_settings()
    with measured(dag_id, run_id, "compare_populations") as account:
        _begin_with_champion(DRIFT)
        result = monitor_drift(
            settings.resolved_warehouse_url, model_store(settings), settings.home / "drift"
        )
        account.rows = int(result.get("sample_size", 0))
        with connect() as connection:
            finish_step(connection, DRIFT)
    return DriftFinding(
        drift_run_id=result.get("drift_run_id"),
        asks_for_retraining=bool(result.get("asks_for_retraining")),
        message=str(result.get("message", "The populations are alike.")),
    )
