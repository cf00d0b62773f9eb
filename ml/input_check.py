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
    """``outside``: (rows, features) bool, unlike training. ``is_outside``: (rows,) bool, too many or too far.

    ``adversarial``: (rows,) 0-1.
    """

    outside: np.ndarray
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
    above the limit, or one that the person writes is far beyond its tail, as a text that is copied makes it.
    Adversarial: among features that the person writes (entities in the configuration)
    the greatest distance above the 99th percentile, in tail lengths, over the limit, held to 0-1; one
    stuffed measure (400 skills) is enough, however ordinary the rest.
    """
    matrix = encoded.matrix
    with np.errstate(invalid="ignore"):
        outside = (matrix < known.low) | (matrix > known.high) | encoded.is_unseen
    written = np.array(
        [
            feature.entity in config.adversarial_entities and feature.kind == "number"
            for feature in encoder.features
        ],
        dtype=bool,
    )
    beyond = np.zeros(matrix.shape)
    beyond[:, written] = np.nan_to_num(
        (matrix[:, written] - known.top[written]) / known.tail[written], nan=0.0
    )
    if config.far_tails is not None:
        outside |= (is_far := beyond > config.far_tails.value)
        is_any_far = is_far.any(axis=1)
    else:
        is_any_far = np.zeros(len(matrix), dtype=bool)
    share = outside.sum(axis=1) / max(len(encoder.features), 1)
    return InputFindings(
        outside,
        (share > config.outside_share.value) | is_any_far,
        np.clip(beyond.max(axis=1, initial=0.0) / config.adversarial_tails.value, 0.0, 1.0),
    )
