"""A figure of quality and its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest, bootstrap

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what was measured on what.

    ``value`` with ``low`` and ``high``, a 95 % interval; ``size`` is how many cases it was measured on.
    ``aim`` is what it should be at least, ``at_most`` what it must not exceed; ``None`` where nothing was
    asked. ``note`` says what one must know:
    that the data are simulated, or were used in tuning.
    """

    group: str
    name: str
    data: str
    size: int
    value: float
    low: float
    high: float
    aim: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def is_missed(self) -> bool:
        """Whether it is below its aim, or above what it must not exceed."""
        is_below = self.aim is not None and self.value < self.aim
        return is_below or (self.at_most is not None and self.value > self.at_most)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value between its bounds."""

    value: float
    low: float
    high: float


def share_of(right: int, size: int) -> Estimate:
    """A share with Wilson's interval (Wilson 1927); of nothing it is 0 and may be anything."""
    if size == 0:
        return Estimate(0.0, 0.0, 1.0)
    interval = binomtest(right, size).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(right / size, float(interval.low), float(interval.high))


def f1_estimate(counts: Sequence[tuple[int, int, int]], seed: int = 7) -> Estimate:
    """F1 over documents with a percentile bootstrap over them.

    ``counts``: (documents, 3) of what was right, what was found, and what was expected in each.
    """
    table = np.asarray(counts, dtype=float)

    def f1(right: np.ndarray, found: np.ndarray, expected: np.ndarray, axis: int = -1) -> np.ndarray:
        total = found.sum(axis=axis) + expected.sum(axis=axis)
        return 2 * right.sum(axis=axis) / np.maximum(total, 1)

    value = float(f1(*table.T))
    if len(table) < 2:
        return Estimate(value, 0.0, 1.0)
    drawn = bootstrap(
        tuple(table.T),
        f1,
        paired=True,
        vectorized=True,
        n_resamples=2000,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=seed,
    )
    low, high = drawn.confidence_interval
    return Estimate(value, float(low), float(high))
