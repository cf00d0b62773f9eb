"""Why: the features that moved a prediction most, by TreeSHAP.

Contributions are XGBoost's ``pred_contribs`` (Lundberg et al. 2020, "From local explanations to global
understanding with explainable AI for trees"): they add up, with the bias, to the booster's margin, so
they are in log-odds for probabilities, in log pay for salaries and in log days for the time to hire.
"""

import numpy as np
import xgboost


def contributions(booster: xgboost.Booster, data: xgboost.DMatrix) -> np.ndarray:
    """(rows, features) contributions, without the bias; of the median where there are quantiles."""
    values = booster.predict(data, pred_contribs=True)
    if values.ndim == 3:
        values = values[:, values.shape[1] // 2, :]
    return values[:, :-1]


def top_positions(values: np.ndarray, count: int) -> np.ndarray:
    """(rows, count) positions of the greatest contributions by size, greatest first; ties by position."""
    return np.argsort(-np.abs(values), axis=1, kind="stable")[:, :count]
