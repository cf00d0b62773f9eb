"""Evaluate a whole predictor on the evaluation slice: every target, trained or not, gets a result."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.config import ModelsConfig, TargetName
from ml.evaluation import (
    TargetEvaluation,
    bootstrap_for,
    concordance,
    evaluate_interval,
    evaluate_probability,
    log_losses,
    within_job_concordance,
)
from ml.intervals import Bootstrap, Estimate
from ml.predictor import DAYS_COLUMNS, SALARY_COLUMNS, Predictor
from ml.splits import TimeSplit
from ml.targets import COMPETITIVENESS, PROBABILITIES, TARGETS, Labels, read_labels

# The competitiveness score has no label of its own: who is invited tells whether it ranks well.
LABELLED_BY: dict[str, TargetName] = {target: target for target in TARGETS}


@dataclass(frozen=True)
class Slice:
    """A target's labels with its evaluation rows and the older rows, both (rows,) bool."""

    labels: Labels
    fresh: np.ndarray
    older: np.ndarray


def slice_labels(frame: pd.DataFrame, target: TargetName, split: TimeSplit, config: ModelsConfig) -> Slice:
    """Labels of a target over the slices of a snapshot."""
    labels = read_labels(frame, target, config.time_to_hire.horizon_days.value)
    fresh = split.mask("evaluate") & labels.usable
    return Slice(labels, fresh, split.mask("train", "tune", "calibrate") & labels.usable)


def assess(
    predictor: Predictor, frame: pd.DataFrame, split: TimeSplit, config: ModelsConfig
) -> list[TargetEvaluation]:
    """Results of all five targets, in their fixed order."""
    predictions = predictor.predict(frame)
    results = []
    for target in (*TARGETS, COMPETITIVENESS):
        labelled = LABELLED_BY.get(target, "interview_probability")
        part = slice_labels(frame, labelled, split, config)
        result = TargetEvaluation(
            target,
            is_trained=predictor.is_trained(target),
            training_rows=int(part.older.sum()),
            evaluation_rows=int(part.fresh.sum()),
            reason=predictor.missing_reasons.get(target),
        )
        if result.is_trained:
            _measure(result, predictor, frame, predictions, part, config)
        results.append(result)
    return results


def log_loss_of(predictor: Predictor, frame: pd.DataFrame, split: TimeSplit, config: ModelsConfig) -> float:
    """Mean log loss of the primary target on the evaluation slice, in nats."""
    part = slice_labels(frame, config.primary_target, split, config)
    said = predictor.predict(frame[part.fresh])[config.primary_target].to_numpy()
    return float(log_losses(part.labels.values[part.fresh], said).mean())


def compare(
    candidate: Predictor,
    champion: Predictor,
    frame: pd.DataFrame,
    champion_frame: pd.DataFrame,
    split: TimeSplit,
    config: ModelsConfig,
) -> Estimate:
    """Champion's log loss minus the candidate's on the same rows, paired: above zero is better.

    ``frame``, ``champion_frame``: the same examples, each with the features that its version reads.
    """
    part = slice_labels(frame, config.primary_target, split, config)
    happened = part.labels.values[part.fresh]
    losses = [
        log_losses(happened, one.predict(own[part.fresh])[config.primary_target].to_numpy())
        for one, own in ((champion, champion_frame), (candidate, frame))
    ]
    fresh = frame[part.fresh]
    return bootstrap_for(fresh, config.evaluation, config.seed).mean(losses[0] - losses[1])


def _measure(
    result: TargetEvaluation,
    predictor: Predictor,
    frame: pd.DataFrame,
    predictions: pd.DataFrame,
    part: Slice,
    config: ModelsConfig,
) -> None:
    """Fill in a trained target's metrics."""
    bootstrap = bootstrap_for(frame[part.fresh], config.evaluation, config.seed)
    values = part.labels.values
    if result.target in PROBABILITIES:
        metrics, result.confusion = evaluate_probability(
            values[part.fresh],
            predictions[result.target].to_numpy()[part.fresh],
            float(values[part.older].mean()),
            bootstrap,
            config.evaluation.calibration_bins,
        )
        result.metrics.update(metrics)
    elif result.target == "salary_prediction":
        levels = config.salary.quantiles
        quantiles = predictions[list(SALARY_COLUMNS)].to_numpy()[part.fresh]
        base = np.quantile(values[part.older], levels)
        result.metrics.update(evaluate_interval(values[part.fresh], quantiles, base, levels, bootstrap))
    elif result.target == "time_to_hire":
        result.metrics.update(_time_metrics(frame, predictions, part, bootstrap, config))
    else:
        measure = within_job_concordance(
            values[part.fresh],
            predictor.strengths(predictions)[part.fresh],
            frame["job_id"].to_numpy()[part.fresh],
        )
        result.metrics["within_job_concordance"] = bootstrap.estimate(measure)


def _time_metrics(
    frame: pd.DataFrame,
    predictions: pd.DataFrame,
    part: Slice,
    bootstrap: Bootstrap,
    config: ModelsConfig,
) -> dict[str, Estimate]:
    """Metrics over those with an offer within the horizon, which are the people that the days speak of."""
    labels, levels = part.labels, config.time_to_hire.quantiles
    hired = part.fresh & labels.event
    of_hired = bootstrap_for(frame[hired], config.evaluation, config.seed)
    metrics = evaluate_interval(
        labels.values[hired],
        predictions[list(DAYS_COLUMNS)].to_numpy()[hired],
        np.quantile(labels.values[part.older & labels.event], levels),
        levels,
        of_hired,
    )
    expected = predictions["time_to_hire_days"].to_numpy()[hired]
    metrics["concordance"] = of_hired.estimate(concordance(labels.values[hired], expected))
    metrics["censored_share"] = bootstrap.mean((~labels.event[part.fresh]).astype(float))
    return metrics
