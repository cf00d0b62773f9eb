"""Read days out of an accelerated failure time model.

Most applications never end in an offer, so the plain median of such a model lies years ahead and helps
nobody. What is told is the time *for those who do get an offer within a horizon*: the quantiles of
T given T <= H, of the fitted log-normal distribution. Censored applications take part in the fit.

One scale for all who are and are not hired makes that conditional distribution too wide, so its levels
are recalibrated on a slice of their own (Kuleshov, Fenner and Ermon 2018, "Accurate Uncertainties for Deep
Learning Using Calibrated Regression", arXiv:1807.00263, algorithm 1).

All computations are in logarithms, since the chance of an offer in time can be tiny.
"""

import numpy as np
from scipy.special import log_ndtr, ndtri_exp


def conditional_days(
    log_days: np.ndarray, scale: float, levels: tuple[float, ...], horizon_days: float
) -> np.ndarray:
    """(rows, levels) days: quantiles of T given T <= horizon, where log T ~ Normal(log_days, scale)."""
    log_within = log_ndtr((np.log(horizon_days) - log_days) / scale)
    standard = ndtri_exp(log_within[:, None] + np.log(np.asarray(levels))[None, :])
    return np.clip(np.exp(log_days[:, None] + scale * standard), 0.0, horizon_days)


def calibrated_levels(
    days: np.ndarray, log_days: np.ndarray, scale: float, quantiles: list[float], horizon_days: float
) -> tuple[float, ...]:
    """Levels at which the model's conditional distribution really has the wanted quantiles.

    ``days``: (rows,) of offers within the horizon, on a slice that training never saw.
    """
    log_level = log_ndtr((np.log(days) - log_days) / scale)
    log_within = log_ndtr((np.log(horizon_days) - log_days) / scale)
    levels = np.quantile(np.exp(log_level - log_within), quantiles)
    return tuple(np.clip(levels, 1e-6, 1.0).tolist())
