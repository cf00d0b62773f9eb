"""How a candidate stands in the pool of one job, 0 (last) to 100 (first).

Strength is the chance of an interview times the chance of an offer (of the two, those that are trained).
The score is the mid-rank percentile of that strength in the job's pool, which is every pair of the job
in ``features.scoring_pairs``, blended with a reference pool: the applicants of the training snapshot.

    score = 100 * (n * F_job + k * F_reference) / (n + k)

with n people in the pool and the prior weight k, so that a pool of one does not make anybody the best.
The score is a function of the pool, not of the chunk in which a pair happens to be scored.
"""

import numpy as np
import pandas as pd


def strength(interview: np.ndarray, offer: np.ndarray | None) -> np.ndarray:
    """(rows,) ranking strength from calibrated probabilities."""
    return interview if offer is None else interview * offer


def reference_curve(strengths: np.ndarray, points: int) -> np.ndarray:
    """(points,) evenly spaced quantiles of the reference pool's strengths."""
    return np.quantile(strengths, np.linspace(0, 1, points))


def mid_rank_share(values: np.ndarray, pool: np.ndarray) -> np.ndarray:
    """(rows,) share of ``pool`` below each value, ties counted half."""
    ordered = np.sort(pool)
    below = np.searchsorted(ordered, values, side="left")
    not_above = np.searchsorted(ordered, values, side="right")
    return (below + not_above) / (2 * len(ordered))


def competitiveness_scores(
    strengths: np.ndarray, jobs: np.ndarray, reference: np.ndarray, prior_weight: float
) -> np.ndarray:
    """(rows,) scores; the rows of one job are its whole pool."""
    general = mid_rank_share(strengths, reference)
    scores = np.empty(len(strengths))
    for rows in pd.Series(strengths).groupby(jobs).indices.values():
        pool = strengths[rows]
        own = mid_rank_share(pool, pool)
        weight = len(pool)
        scores[rows] = (weight * own + prior_weight * general[rows]) / (weight + prior_weight)
    return 100 * scores
