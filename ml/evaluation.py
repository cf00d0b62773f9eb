"""What the newest slice of time says about a predictor, always with an interval and beside the base rate.

The base rate is learnt on everything older than the evaluation slice, as the model is: a constant that
a person could have said without any model.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix, roc_auc_score

from ml.config import Evaluation
from ml.intervals import Bootstrap, Estimate, Metric, draw_bootstrap

DECISION_THRESHOLD = 0.5


@dataclass
class TargetEvaluation:
    """One target's result. ``metrics``: name -> estimate. ``confusion``: counts at the threshold."""

    target: str
    is_trained: bool
    training_rows: int
    evaluation_rows: int
    metrics: dict[str, Estimate] = field(default_factory=dict)
    confusion: dict[str, float] | None = None
    reason: str | None = None

    def to_document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "target": self.target,
            "is_trained": self.is_trained,
            "training_rows": self.training_rows,
            "evaluation_rows": self.evaluation_rows,
            "metrics": {name: one.to_document() for name, one in self.metrics.items()},
            "confusion_matrix": self.confusion,
            "reason": self.reason,
        }


def log_losses(happened: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """(rows,) negative log likelihood in nats; probabilities are held 1e-7 away from 0 and 1."""
    held = np.clip(probability, 1e-7, 1 - 1e-7)
    return -(happened * np.log(held) + (1 - happened) * np.log1p(-held))


def calibration_error(happened: np.ndarray, probability: np.ndarray, weights: np.ndarray, bins: int) -> float:
    """Expected calibration error over bins of equal count (Naeini, Cooper and Hauskrecht 2015)."""
    order = np.argsort(probability, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) * bins // len(order)
    gap = np.bincount(place, weights * (probability - happened), bins)
    return float(np.abs(gap).sum() / weights.sum())


def evaluate_probability(
    happened: np.ndarray, probability: np.ndarray, base_rate: float, bootstrap: Bootstrap, bins: int
) -> tuple[dict[str, Estimate], dict[str, float]]:
    """Metrics and confusion counts for labels and probabilities (rows,).

    ``log_loss_improvement`` and ``brier_improvement`` are base rate minus model: above zero is better.
    """
    base = np.full(len(happened), base_rate)
    loss, base_loss = log_losses(happened, probability), log_losses(happened, base)
    squared, base_squared = (probability - happened) ** 2, (base - happened) ** 2
    said = probability >= DECISION_THRESHOLD
    said_base = base >= DECISION_THRESHOLD

    def ranking(weights: np.ndarray) -> float:
        kept = weights > 0
        if len(np.unique(happened[kept])) < 2:
            return float("nan")
        return float(roc_auc_score(happened[kept], probability[kept], sample_weight=weights[kept]))

    metrics = {
        "log_loss": bootstrap.mean(loss),
        "log_loss_base_rate": bootstrap.mean(base_loss),
        "log_loss_improvement": bootstrap.mean(base_loss - loss),
        "brier": bootstrap.mean(squared),
        "brier_base_rate": bootstrap.mean(base_squared),
        "brier_improvement": bootstrap.mean(base_squared - squared),
        "accuracy": bootstrap.mean((said == happened).astype(float)),
        "accuracy_base_rate": bootstrap.mean((said_base == happened).astype(float)),
        "auc": bootstrap.estimate(ranking),
        "calibration_error": bootstrap.estimate(
            lambda weights: calibration_error(happened, probability, weights, bins)
        ),
        "event_rate": bootstrap.mean(happened.astype(float)),
        "base_rate": Estimate(base_rate, base_rate, base_rate),
    }
    true_negative, false_positive, false_negative, true_positive = confusion_matrix(
        happened, said, labels=[0, 1]
    ).ravel()
    confusion = {
        "threshold": DECISION_THRESHOLD,
        "true_negative": int(true_negative),
        "false_positive": int(false_positive),
        "false_negative": int(false_negative),
        "true_positive": int(true_positive),
    }
    return metrics, confusion


def pinball(actual: np.ndarray, predicted: np.ndarray, level: float) -> np.ndarray:
    """(rows,) pinball loss of one quantile."""
    miss = actual - predicted
    return np.maximum(level * miss, (level - 1) * miss)


def evaluate_interval(
    actual: np.ndarray,
    predicted: np.ndarray,
    base: np.ndarray,
    levels: list[float],
    bootstrap: Bootstrap,
) -> dict[str, Estimate]:
    """Metrics of (rows, 3) quantiles of ``actual`` (rows,), beside constant ``base`` quantiles (3,)."""
    losses = [
        np.mean([pinball(actual, quantiles[..., i], level) for i, level in enumerate(levels)], axis=0)
        for quantiles in (predicted, base)
    ]
    low, median, high = predicted.T
    return {
        "pinball": bootstrap.mean(losses[0]),
        "pinball_base_rate": bootstrap.mean(losses[1]),
        "pinball_improvement": bootstrap.mean(losses[1] - losses[0]),
        "interval_coverage": bootstrap.mean(((actual >= low) & (actual <= high)).astype(float)),
        "interval_width": bootstrap.mean(high - low),
        "absolute_error": bootstrap.mean(np.abs(actual - median)),
        "relative_error": bootstrap.mean(np.abs(actual - median) / actual),
    }


def concordance(days: np.ndarray, expected_days: np.ndarray) -> Metric:
    """Harrell's C (1982): of two people whose days differ, how often the order is told right.

    Ties in the expectation count half. Both (rows,); memory grows with the square of the rows.
    """
    is_known = (days[None, :] > days[:, None]).astype(np.float32)
    ahead = expected_days[None, :] - expected_days[:, None]
    is_right = is_known * ((ahead > 0) + 0.5 * (ahead == 0)).astype(np.float32)

    def measure(weights: np.ndarray) -> float:
        total = float(weights @ (is_known @ weights))
        return float(weights @ (is_right @ weights)) / total if total else float("nan")

    return measure


def within_job_concordance(happened: np.ndarray, score: np.ndarray, jobs: np.ndarray) -> Metric:
    """Of two applicants to one job, one invited and one not: how often the invited one scored higher."""
    rows = pd.DataFrame({"job": jobs, "score": score, "row": np.arange(len(jobs))})
    pairs = rows[happened == 1].merge(rows[happened == 0], on="job")
    ahead = (pairs["score_x"] - pairs["score_y"]).to_numpy()
    is_right = (ahead > 0) + 0.5 * (ahead == 0)
    # Clusters are jobs, so both of a pair carry the same weight: it counts once.
    place = pairs["row_x"].to_numpy()

    def measure(weights: np.ndarray) -> float:
        own = weights[place]
        return float(own @ is_right / own.sum()) if own.sum() else float("nan")

    return measure


def bootstrap_for(frame: pd.DataFrame, settings: Evaluation, seed: int) -> Bootstrap:
    """The rounds for an evaluation frame, by its cluster column."""
    clusters = frame[settings.cluster_column].to_numpy()
    return draw_bootstrap(clusters, settings.bootstrap_rounds, settings.confidence, seed)
