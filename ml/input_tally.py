"""How what a run scores is spread, feature by feature, beside the training sample that the version carries.

Only counts are kept, so memory does not grow with the pairs, and counts of two parts of a run add up.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import rel_entr

from ml.binning import bin_edges, bins
from ml.config import InputRun
from ml.encoding import Encoded, Encoder

# Columns of the counts: missing, a category that training never saw, then the feature's own bins.
MISSING, UNSEEN, FIRST = 0, 1, 2
BINS = 10
# A bin that is empty on one side would make the index infinite.
EMPTY_BIN = 0.5


@dataclass(frozen=True)
class TrainingSpread:
    """``edges``: of each feature's bins. ``counts``: (features, bins) rows of the training sample."""

    edges: tuple[np.ndarray, ...]
    counts: np.ndarray


@dataclass(frozen=True)
class FeatureInput:
    """One feature over a run. ``departure``: why it is unlike training, ``None`` where it is not.

    ``is_judged``: there were enough pairs to say so.
    """

    feature: str
    null_share: float
    training_null_share: float
    unseen_share: float
    psi: float
    departure: str | None
    is_judged: bool


def learn_spread(sample: Encoded, encoder: Encoder) -> TrainingSpread:
    """Tenths of each number, categories as they are, over the encoded training sample."""
    edges = tuple(
        np.arange(1, len(encoder.categories[feature.name]))
        if feature.kind == "category"
        else bin_edges(sample.matrix[:, position], BINS)
        for position, feature in enumerate(encoder.features)
    )
    return TrainingSpread(edges, count_rows(sample, edges))


def count_rows(encoded: Encoded, edges: tuple[np.ndarray, ...]) -> np.ndarray:
    """(features, bins) rows in each bin; unused bins at the end are nought."""
    width = FIRST + 1 + max((len(one) for one in edges), default=0)
    counts = np.zeros((len(edges), width), dtype=np.int64)
    for position, own in enumerate(edges):
        column = encoded.matrix[:, position]
        place = bins(column, own)
        place = np.where(place > 0, place + FIRST - 1, MISSING)
        place[encoded.is_unseen[:, position]] = UNSEEN
        counts[position] = np.bincount(place, minlength=width)
    return counts


def stability_index(training: np.ndarray, scored: np.ndarray) -> float:
    """Population stability index of two counts (bins,): the sum of (p - q) ln(p / q).

    It is Jeffreys' divergence (1946), known from credit scoring (Siddiqi 2006); what is missing is left out.
    """
    p, q = ((counts + EMPTY_BIN) / (counts + EMPTY_BIN).sum() for counts in (training, scored))
    return float((rel_entr(p, q) + rel_entr(q, p)).sum())


def judge_run(
    counts: np.ndarray, known: TrainingSpread, names: list[str], settings: InputRun
) -> list[FeatureInput]:
    """What a run's counts (features, bins) say of each feature; of too few pairs nothing departs."""
    is_enough = int(counts[:1].sum()) >= settings.minimum_pairs.value
    return [
        _judge(name, counts[position], known.counts[position], is_enough, settings)
        for position, name in enumerate(names)
    ]


def _judge(
    name: str, counts: np.ndarray, training: np.ndarray, is_enough: bool, settings: InputRun
) -> FeatureInput:
    rows, before = max(int(counts.sum()), 1), max(int(training.sum()), 1)
    null_share, training_null_share = counts[MISSING] / rows, training[MISSING] / before
    used = FIRST + max(int(np.flatnonzero(np.maximum(counts, training)).max(initial=FIRST)) - FIRST + 1, 1)
    has_both = counts[UNSEEN:].any() and training[UNSEEN:].any()
    psi = stability_index(training[UNSEEN:used], counts[UNSEEN:used]) if has_both else 0.0
    departure = None
    if is_enough and name not in settings.expected:
        if null_share == 1 and training_null_share < 1:
            departure = f"is null everywhere, {training_null_share:.0%} in training"
        elif abs(null_share - training_null_share) > settings.null_change.value:
            departure = f"is null in {null_share:.0%} of the pairs, {training_null_share:.0%} in training"
        elif psi > settings.psi.value:
            departure = f"is spread otherwise than in training, PSI {psi:.2f}, at most {settings.psi.value:g}"
    unseen_share = float(counts[UNSEEN] / rows)
    return FeatureInput(
        name, float(null_share), float(training_null_share), unseen_share, psi, departure, is_enough
    )
