"""How well anybody could predict this market: scores of the best possible prediction, district by district.

Everything is a running sum or a count in narrow bins of probability, so memory doesn't grow with the market.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from sandbox.applications import Applications
from sandbox.outcomes import PAY_NOISE, TIME_NOISE, Outcomes

Floats = NDArray[np.float64]
BINS = 5_000


@dataclass
class BinaryScore:
    """Log loss, Brier score, accuracy and AUC of known probabilities against what happened."""

    count: int = 0
    log_loss: float = 0.0
    brier: float = 0.0
    correct: int = 0
    positives_by_bin: NDArray[np.int64] = field(default_factory=lambda: np.zeros(BINS, dtype=np.int64))
    negatives_by_bin: NDArray[np.int64] = field(default_factory=lambda: np.zeros(BINS, dtype=np.int64))

    def add(self, probability: Floats, happened: NDArray[np.bool_]) -> None:
        """Counts more cases in."""
        clipped = np.clip(probability, 1e-9, 1 - 1e-9)
        self.count += len(clipped)
        self.log_loss -= float(np.where(happened, np.log(clipped), np.log1p(-clipped)).sum())
        self.brier += float(((clipped - happened) ** 2).sum())
        self.correct += int(((clipped >= 0.5) == happened).sum())
        slot = np.minimum((clipped * BINS).astype(np.int64), BINS - 1)
        self.positives_by_bin += np.bincount(slot[happened], minlength=BINS)
        self.negatives_by_bin += np.bincount(slot[~happened], minlength=BINS)

    def report(self) -> dict[str, float]:
        """The scores beside those of always saying the base rate."""
        positives, negatives = int(self.positives_by_bin.sum()), int(self.negatives_by_bin.sum())
        rate = positives / max(self.count, 1)
        below = np.cumsum(self.negatives_by_bin) - self.negatives_by_bin
        wins = float((self.positives_by_bin * (below + 0.5 * self.negatives_by_bin)).sum())
        entropy = -sum(share * np.log(share) for share in (rate, 1 - rate) if share > 0)
        return {
            "count": self.count,
            "base_rate": round(rate, 6),
            "base_rate_log_loss": round(float(entropy), 6),
            "base_rate_accuracy": round(max(rate, 1 - rate), 6),
            "log_loss": round(self.log_loss / max(self.count, 1), 6),
            "brier": round(self.brier / max(self.count, 1), 6),
            "accuracy": round(self.correct / max(self.count, 1), 6),
            "auc": round(wins / max(positives * negatives, 1), 6),
        }


@dataclass
class Truth:
    """The truth of a market: best possible scores within the label window, for applications old enough."""

    window_days: float = 45.0
    interview: BinaryScore = field(default_factory=BinaryScore)
    offer: BinaryScore = field(default_factory=BinaryScore)

    def add(self, applied: Floats, outcomes: Outcomes, horizon: float) -> None:
        """Counts in the applications of a district whose window has passed at the horizon."""
        is_mature = applied <= horizon - self.window_days
        end = applied + self.window_days
        self.interview.add(
            outcomes.interview_probability[is_mature], (outcomes.interview_at <= end)[is_mature]
        )
        offer = offer_chance(outcomes, self.window_days)
        self.offer.add(offer[is_mature], (outcomes.offer_at <= end)[is_mature])

    def report(self) -> dict[str, object]:
        """All of it, ready for JSON."""
        return {
            "label_window_days": self.window_days,
            "interview": self.interview.report(),
            "offer": self.offer.report(),
            "salary": {
                "noise_of_log": PAY_NOISE,
                # A normal error of the logarithm: the median of |error| is 0.6745 of its spread.
                "best_median_absolute_relative_error": round(float(np.expm1(0.6745 * PAY_NOISE)), 4),
            },
            "time_to_offer": {"noise_of_log": TIME_NOISE},
        }


def offer_chance(outcomes: Outcomes, window_days: float) -> Floats:
    """Probability of each application's offer within the window."""
    return outcomes.offer_probability * within_window(outcomes.offer_days_center, window_days)


def chances_of(
    applications: Applications, outcomes: Outcomes, window_days: float
) -> Iterator[tuple[str, float, float]]:
    """Of each application its id, and how probable an interview and an offer were when it was made."""
    offers = offer_chance(outcomes, window_days)
    for index, (interview, offer) in enumerate(zip(outcomes.interview_probability, offers, strict=True)):
        yield applications.application_id(index), float(interview), float(offer)


def within_window(center_days: Floats, window_days: float) -> Floats:
    """Probability that a log-normal time with this median is within the window."""
    standard = np.log(window_days / center_days) / TIME_NOISE
    return np.array([0.5 * (1 + erf(value / sqrt(2))) for value in standard])
