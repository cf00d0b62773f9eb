"""Does a pair look like anything that training saw, and does its CV look written for the machine?"""

from dataclasses import dataclass

import numpy as np

from ml.encoding import Encoded, Encoder
from ml.version_settings import CarriedInputCheck


@dataclass(frozen=True)
class TrainingRange:
    """Per quantity of the training slice, in matrix order; NaN for categories and empty columns.

    ``low``, ``high``: the stretched range of percentiles 1 to 99 (of all values where both are equal).
    ``top``: the 99th percentile; ``tail``: its distance from the median (from the maximum where zero).
    """

    low: np.ndarray
    high: np.ndarray
    top: np.ndarray
    tail: np.ndarray


@dataclass(frozen=True)
class InputFindings:
    """``is_outside``: (rows,) bool, too many features unlike training. ``adversarial``: (rows,) 0-1."""

    is_outside: np.ndarray
    adversarial: np.ndarray


def learn_range(matrix: np.ndarray, encoder: Encoder, stretch: float) -> TrainingRange:
    """Ranges of the encoded training slice (rows, features)."""
    count = len(encoder.features)
    low, high, top, tail = (np.full(count, np.nan) for _ in range(4))
    for position, feature in enumerate(encoder.features):
        values = matrix[:, position]
        values = values[~np.isnan(values)]
        if feature.kind == "category" or not len(values):
            continue
        first, middle, last = np.percentile(values, [1, 50, 99])
        spread = last - first
        low[position] = first - stretch * spread if spread > 0 else values.min()
        high[position] = last + stretch * spread if spread > 0 else values.max()
        top[position] = last
        tail[position] = max(last - middle, (values.max() - middle) if last == middle else 0.0, 1e-9)
    return TrainingRange(low, high, top, tail)


def check_inputs(
    encoded: Encoded, encoder: Encoder, known: TrainingRange, config: CarriedInputCheck
) -> InputFindings:
    """Compare rows with the training range.

    Out of distribution: the share of features that lie outside their range or are unseen categories is
    above the limit. Adversarial: among features that the person writes (entities in the configuration)
    the greatest distance above the 99th percentile, in tail lengths, over the limit, held to 0-1; one
    stuffed measure (400 skills) is enough, however ordinary the rest.
    """
    matrix = encoded.matrix
    with np.errstate(invalid="ignore"):
        outside = ((matrix < known.low) | (matrix > known.high)).sum(axis=1) + encoded.unseen
    share = outside / max(len(encoder.features), 1)
    written = np.array(
        [
            feature.entity in config.adversarial_entities and feature.kind == "number"
            for feature in encoder.features
        ]
    )
    beyond = np.zeros(len(matrix))
    if written.any():
        tails = (matrix[:, written] - known.top[written]) / known.tail[written]
        beyond = np.nan_to_num(tails, nan=0.0).max(axis=1)
    return InputFindings(
        share > config.outside_share.value,
        np.clip(beyond / config.adversarial_tails.value, 0.0, 1.0),
    )
