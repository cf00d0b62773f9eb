"""Intervals for metrics: a paired, clustered bootstrap with a fixed seed.

Whole clusters (all applications to one job) are drawn with replacement (Cameron, Gelbach and Miller
2008, "Bootstrap-based improvements for inference with clustered errors"), as weights, so that every
metric that takes sample weights has an interval, and differences between models are paired.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Metric = Callable[[np.ndarray], float]


@dataclass(frozen=True)
class Estimate:
    """A metric with its interval; ``rounds`` that could not be computed are left out."""

    value: float
    low: float
    high: float

    def to_document(self) -> dict[str, float | None]:
        """As JSON values; what could not be computed is null."""
        return {name: (float(number) if np.isfinite(number) else None) for name, number in vars(self).items()}


@dataclass(frozen=True)
class Bootstrap:
    """Row weights (rounds, rows) of the resampled clusters."""

    weights: np.ndarray
    confidence: float

    def estimate(self, metric: Metric) -> Estimate:
        """The metric on the rows as they are, and its percentile interval over the rounds.

        ``metric`` takes row weights (rows,) and may return NaN where it is not defined.
        """
        drawn = np.array([metric(weights) for weights in self.weights])
        drawn = drawn[np.isfinite(drawn)]
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(drawn, [tail, 1 - tail]) if len(drawn) else (np.nan, np.nan)
        return Estimate(metric(np.ones(self.weights.shape[1])), float(low), float(high))

    def mean(self, values: np.ndarray) -> Estimate:
        """The mean of (rows,) values, all rounds at once."""
        tail = (1 - self.confidence) / 2
        drawn = self.weights @ values / self.weights.sum(axis=1)
        low, high = np.quantile(drawn, [tail, 1 - tail])
        return Estimate(float(values.mean()), float(low), float(high))


def draw_bootstrap(clusters: np.ndarray, rounds: int, confidence: float, seed: int) -> Bootstrap:
    """Draw the rounds for rows that belong to ``clusters`` (rows,)."""
    _, numbers = np.unique(clusters.astype(str), return_inverse=True)
    count = int(numbers.max()) + 1
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(count, np.full(count, 1 / count), size=rounds)
    return Bootstrap(drawn[:, numbers].astype(np.float32), confidence)
