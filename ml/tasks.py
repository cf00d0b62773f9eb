"""What the DAGs call to train and decide. Each may be killed anywhere and run again."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from cvplus.errors import PermanentError
from cvplus.warehouse.connection import connect
from ml.assessment import assess
from ml.comparison import compare_with, read_comparison, read_reigning, write_comparison
from ml.config import ModelsConfig, load_models_config
from ml.datasets import Snapshot, read_snapshot, training_sample
from ml.evaluation import TargetEvaluation
from ml.identity import code_version, model_id
from ml.leak_check import find_dominant, find_too_good, require_honest, sudden_targets
from ml.learning import fit_predictor
from ml.predictor import Predictor
from ml.promotion import Comparison, Decision, decide
from ml.registry import EVALUATION, MODEL_ID_TAG, TRAINING_SAMPLE, ModelStore, Registry
from ml.results import decision_id, read_decision, write_decision, write_evaluations
from ml.serving import serving_version
from ml.splits import TimeSplit, split_by_time


class NothingTrained(PermanentError):
    """The primary target has too few labels: there is no model to register."""

    code = "nothing_trained"


def train(
    connection_url: str,
    store: ModelStore,
    *,
    training_rows: int,
    artifact_folder: Path | None = None,
    data_origin: str = "unknown",
    config: ModelsConfig | None = None,
) -> dict[str, Any]:
    """Snapshot, train, calibrate, evaluate and register one model version.

    Args:
        connection_url: the warehouse.
        store: of the models.
        training_rows: newest examples to take.
        artifact_folder: where MLflow keeps artifacts when its store is a database.
        data_origin: stands beside every metric, ``simulated`` on sandbox data.
        config: ``config/models.yaml`` unless given.

    Returns:
        ``model_version``, ``is_new`` (False: the same code, configuration, data and seed were trained
        before), ``snapshot_id``, ``rows``, ``splits`` (a drawing), ``evaluations``.

    Raises:
        SnapshotEmpty: when no example has a label yet.
        FeatureMissing: when a declared feature is not in the store as it is declared.
        NothingTrained: when the primary target has too few.
        FeatureTooGood: when one feature tells a target too well, or the model suddenly leans on it alone.
    """
    config = config or load_models_config()
    registry = Registry(store, config.model_name, artifact_folder)
    serving = serving_version(connection_url, store, config=config).version
    with connect(connection_url) as connection:
        # Both versions are to see the same examples, whatever is built meanwhile.
        connection.execute("set transaction isolation level repeatable read")
        snapshot = read_snapshot(connection, training_rows)
        reigning = read_reigning(connection, registry, serving, training_rows)
    split = split_by_time(snapshot.frame["feature_at"], config.splits)
    identity = model_id(snapshot.snapshot_id, config, code_version())
    version = registry.find_version(identity)
    is_new = version is None
    known = registry.read_document(reigning.version) if reigning is not None else {}
    compared: Comparison | None = None
    if version is None:
        require_honest(find_too_good(snapshot.frame, snapshot.features, split, config))
        predictor = fit_predictor(snapshot.frame, split, snapshot.features, config)
        if not predictor.is_trained(config.primary_target):
            raise NothingTrained(
                cause=f"{config.primary_target} is {predictor.missing_reasons[config.primary_target]}.",
                remedy="Load more history, or lower the limit in config/models.yaml with a reason.",
            )
        importances = _importances(predictor, snapshot, split)
        if reigning is not None:
            compared = compare_with(reigning, predictor, snapshot.frame, split, config, known)
            before = known["importances"]
            require_honest(find_dominant(importances, before, sudden_targets(compared, config), config))
        version = _register(registry, predictor, snapshot, split, importances, identity, data_origin, config)
    else:
        predictor = registry.load(version)
    if reigning is not None and reigning.version != version:
        compared = compared or compare_with(reigning, predictor, snapshot.frame, split, config, known)
        write_comparison(registry, version, compared)
    report = registry.read_document(version)
    with connect(connection_url) as connection:
        write_evaluations(connection, version, report)
    return {
        "model_version": version,
        "is_new": is_new,
        "snapshot_id": snapshot.snapshot_id,
        "rows": len(snapshot.frame),
        "splits": split.text,
        "evaluations": report["evaluations"],
    }


def _importances(predictor: Predictor, snapshot: Snapshot, split: TimeSplit) -> dict[str, dict[str, float]]:
    """Target -> feature -> mean absolute contribution on the evaluation slice."""
    evaluated = predictor.encoder.encode(snapshot.frame[split.mask("evaluate")])
    return {
        target: dict(zip(predictor.encoder.names, values.astype(float).tolist(), strict=True))
        for target, values in predictor.importances(evaluated).items()
    }


def _register(
    registry: Registry,
    predictor: Predictor,
    snapshot: Snapshot,
    split: TimeSplit,
    importances: dict[str, dict[str, float]],
    identity: str,
    data_origin: str,
    config: ModelsConfig,
) -> str:
    evaluations = assess(predictor, snapshot.frame, split, config)
    report = {
        "trained_at": datetime.now(UTC).isoformat(),
        "data_origin": data_origin,
        "data_snapshot": snapshot.snapshot_id,
        "code_version": code_version(),
        "evaluations": [one.to_document() for one in evaluations],
        "unusable_rows": int((~predictor.encoder.encode(snapshot.frame).is_usable).sum()),
        "importances": importances,
    }
    confusion = {one.target: one.confusion for one in evaluations if one.confusion}
    return registry.register(
        predictor,
        tags={
            MODEL_ID_TAG: identity,
            "cvplus.data_snapshot": snapshot.snapshot_id,
            "cvplus.data_origin": data_origin,
            "cvplus.data_from": snapshot.beginning.isoformat(),
            "cvplus.data_until": snapshot.horizon.isoformat(),
            "cvplus.code_version": code_version(),
        },
        params={
            "rows": len(snapshot.frame),
            "features": len(snapshot.features),
            "seed": config.seed,
            "rounds": {name: one.num_boosted_rounds() for name, one in predictor.boosters.items()},
            "calibration": {name: one.method for name, one in predictor.calibrations.items()},
            "salary_margin": predictor.salary_margin,
            "time_scale": predictor.time_scale,
            **{f"boosting.{name}": value for name, value in config.boosting.parameters.items()},
        },
        metrics=flat_metrics(evaluations),
        files={
            EVALUATION: json.dumps(report, indent=1),
            "confusion_matrix.json": json.dumps(confusion, indent=1),
            "feature_schema.json": json.dumps([vars(one) for one in snapshot.features], indent=1),
            "splits.txt": split.text,
            TRAINING_SAMPLE: training_sample(snapshot, config.training_sample_rows, config.seed),
        },
    )


def flat_metrics(evaluations: list[TargetEvaluation]) -> dict[str, float]:
    """MLflow's flat names: ``<target>.<metric>`` with ``.low`` and ``.high``."""
    flat = {}
    for one in evaluations:
        for name, estimate in one.metrics.items():
            for suffix, value in (("", estimate.value), (".low", estimate.low), (".high", estimate.high)):
                if np.isfinite(value):
                    flat[f"{one.target}.{name}{suffix}"] = float(value)
    return flat


def decide_promotion(
    connection_url: str,
    store: ModelStore,
    model_version: str,
    *,
    decided_by: str = "train_models",
    config: ModelsConfig | None = None,
) -> dict[str, Any]:
    """Apply the gate to a version; record the decision, then move the alias when it passed.

    A decision is taken once for a version against a champion. Taken again, it finishes what a killed try
    left undone, and never undoes a later decision of a person.

    Returns:
        ``is_promoted``, ``is_champion``, ``from_version``, ``summary``, ``reasons``.

    Raises:
        NotCompared: it was not compared with the version that serves now.
    """
    config = config or load_models_config()
    registry = Registry(store, config.model_name)
    champion = serving_version(connection_url, store, config=config).version
    if champion == model_version:
        summary = "It serves already."
        return _outcome(True, True, champion, summary, [])
    report = registry.read_document(model_version)
    comparison = read_comparison(registry, model_version, champion)
    identity = decision_id(champion, model_version, comparison.obstacles if comparison else ())
    decision = decide(
        {one["target"]: one for one in report["evaluations"]},
        config.primary_target,
        comparison,
        gate=config.gate,
    )
    with connect(connection_url) as connection:
        write_decision(connection, champion, model_version, decision, decided_by, identity)
        was_promoted, is_newest = read_decision(connection, identity) or (False, False)
    if was_promoted and is_newest:
        registry.set_champion(model_version)
    is_champion = was_promoted and is_newest
    return _outcome(decision.is_promoted, is_champion, champion, decision.summary, decision.reasons)


def _outcome(
    is_promoted: bool, is_champion: bool, champion: str | None, summary: str, reasons: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "is_promoted": is_promoted,
        "is_champion": is_champion,
        "from_version": champion,
        "summary": summary,
        "reasons": reasons,
    }


def set_champion(
    connection_url: str,
    store: ModelStore,
    model_version: str,
    *,
    decided_by: str,
    reason: str,
    config: ModelsConfig | None = None,
) -> None:
    """Make a version the champion by hand, or go back to one: recorded with the person and the reason.

    Raises:
        ModelRefused, ModelUnreadable: it could not serve.
    """
    config = config or load_models_config()
    registry = Registry(store, config.model_name)
    registry.load(model_version)
    reasons = [{"rule": "by_hand", "is_passed": True, "text": reason}]
    with connect(connection_url) as connection:
        decision = Decision(is_promoted=True, is_provisional=False, reasons=reasons)
        write_decision(connection, registry.champion(), model_version, decision, decided_by, str(uuid4()))
    registry.set_champion(model_version)
