"""What the learning and scoring DAGs do, each step measured and bound to this plant's connections."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from cvplus.errors import ConfigurationError
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

# Alert -> code of the error that says why the champion cannot be used.
UNUSABLE: dict[Rule, str] = {"model_refused": "model_refused", "model_unreadable": "model_unreadable"}
FEATURE_MISSING: Rule = "feature_missing"
INPUT_DEPARTED: Rule = "input_departed"
TRAINING_EXAMPLES, SCORING_PAIRS = "features.training_examples", "features.scoring_pairs"
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
            _tell_of_lost_champion(connection, model_version, outcome)
            finish_step(connection, TRAINING)
    return bool(outcome["is_champion"])


def _tell_of_lost_champion(connection: psycopg.Connection, version: str, outcome: dict[str, Any]) -> None:
    """Alert while a version is kept out because its champion could not be judged whole: a person decides."""
    from ml.promotion import CHAMPION_JUDGED_WHOLE

    told = [one["text"] for one in outcome["reasons"] if one["rule"] == CHAMPION_JUDGED_WHOLE]
    if told:
        raise_alert(
            connection,
            FEATURE_MISSING,
            TRAINING_EXAMPLES,
            "critical",
            f"Version {version} was kept out: {told[0]}",
        )
    else:
        close_alert(connection, FEATURE_MISSING, TRAINING_EXAMPLES)


def choose_champion(model_version: str, *, decided_by: str, reason: str) -> None:
    """Make a version the champion by a person's decision, which is recorded.

    Raises:
        ConfigurationError: there is no such version.
        ModelRefused, ModelUnreadable: it could not serve.
    """
    from ml.tasks import set_champion

    settings = load_settings()
    with connect() as connection:
        query = "select 1 from ops.model_evaluations where model_version = %s"
        if connection.execute(query, [model_version]).fetchone() is None:
            raise ConfigurationError(
                cause=f"There is no model version {model_version}.", remedy="`make champion` lists them."
            )
    set_champion(
        settings.warehouse_url_of(ML),
        model_store(settings),
        model_version,
        decided_by=decided_by,
        reason=reason,
    )
    with connect() as connection:
        close_alert(connection, FEATURE_MISSING, TRAINING_EXAMPLES)


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
    """Version that scores: the champion, unless this plant has not signed its files or cannot read them.

    Then the last good champion before it serves, and an incident is open until the champion can be used.
    ``None`` while no version can serve.
    """
    from ml.serving import serving_version as find

    settings = load_settings()
    serving = find(settings.warehouse_url_of(ML), model_store(settings))
    with connect() as connection:
        for rule, error in UNUSABLE.items():
            if serving.refusal is None or serving.refusal.code != error:
                close_alert(connection, rule, CHAMPION)
                continue
            instead = f"version {serving.version} serves" if serving.version else "nothing is scored"
            message = f"Champion {serving.champion}: {serving.refusal.cause} Instead, {instead}."
            raise_alert(connection, rule, CHAMPION, "critical", message)
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

    Raises:
        FeatureMissing: the version needs a feature that is gone; the last predictions stay.
    """
    from ml.batch_scoring import score
    from ml.feature_columns import FeatureMissing

    settings = load_settings()
    with measured(dag_id, run_id, "score") as account:
        _begin_with_champion(SCORING)
        try:
            counts: dict[str, Any] = score(
                settings.warehouse_url_of(ML), model_store(settings), model_version
            )
        except FeatureMissing as error:
            with connect() as connection:
                raise_alert(
                    connection, FEATURE_MISSING, SCORING_PAIRS, "critical", f"{error.cause} {error.remedy}"
                )
            raise
        account.rows = counts["predictions"]
        with connect() as connection:
            close_alert(connection, FEATURE_MISSING, SCORING_PAIRS)
            _tell_of_departures(connection, model_version, counts)
    return int(counts["predictions"])


def _tell_of_departures(connection: psycopg.Connection, version: str, counts: dict[str, Any]) -> None:
    """One incident while features of what is scored are unlike the version's training sample."""
    departures: dict[str, str] = counts["departures"]
    if departures:
        told = "; ".join(f"{feature} {departure}" for feature, departure in sorted(departures.items()))
        message = f"What version {version} scores is unlike its training: {told}."
        raise_alert(connection, INPUT_DEPARTED, SCORING_PAIRS, "warning", message)
    elif counts["is_judged"]:
        close_alert(connection, INPUT_DEPARTED, SCORING_PAIRS)


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
