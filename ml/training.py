"""Fit one booster a target with XGBoost's histogram method."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xgboost
from scipy.special import ndtr

from ml.config import ModelsConfig, TargetName
from ml.encoding import Encoder
from ml.targets import PROBABILITIES, Labels


@dataclass(frozen=True)
class Fitted:
    """A booster cut at its best round. ``scale``: of the survival distribution, else 0."""

    booster: xgboost.Booster
    scale: float = 0.0


def feature_matrix(
    matrix: np.ndarray, encoder: Encoder, threads: int, **labels: np.ndarray
) -> xgboost.DMatrix:
    """XGBoost's input for an encoded matrix (rows, features)."""
    return xgboost.DMatrix(
        matrix,
        feature_names=encoder.names,
        feature_types=encoder.types,
        enable_categorical=True,
        nthread=threads,
        **labels,
    )


def fit_target(
    target: TargetName,
    matrix: np.ndarray,
    labels: Labels,
    train: np.ndarray,
    tune: np.ndarray,
    encoder: Encoder,
    config: ModelsConfig,
) -> Fitted:
    """Fit on ``train``, stop early on ``tune``; both (rows,) bool over ``matrix`` (rows, features)."""
    slices = (train & labels.usable, tune & labels.usable)
    if target == "time_to_hire":
        return fit_survival(matrix, labels, slices, encoder, config)
    values = np.log(labels.values) if target == "salary_prediction" else labels.values
    data = [feature_matrix(matrix[rows], encoder, config.threads, label=values[rows]) for rows in slices]
    if target in PROBABILITIES:
        logistic = {"objective": "binary:logistic", "eval_metric": "logloss"}
        return Fitted(_boost(target, logistic, data, config)[0])
    quantiles = {
        "objective": "reg:quantileerror",
        "quantile_alpha": config.salary.quantiles,
        "eval_metric": "quantile",
    }
    return Fitted(_boost(target, quantiles, data, config)[0])


def fit_survival(
    matrix: np.ndarray,
    labels: Labels,
    slices: tuple[np.ndarray, np.ndarray],
    encoder: Encoder,
    config: ModelsConfig,
) -> Fitted:
    """Fit the accelerated failure time model of days to an offer, for those who get one at all.

    Most censored applications will never end in an offer, and a plain fit would read them as very slow
    ones. So each counts as much as it is likely to be an offer still to come: one step of the EM algorithm
    of the mixture cure model (Farewell 1982; Sy and Taylor 2000). The first fit sees offers alone; the
    second sees everybody, a censored one with the weight p S(c) / (1 - p + p S(c)), where S is the first
    fit's chance of waiting longer than c, and p the share that ever gets an offer.
    """
    scales = config.time_to_hire.scales
    offers = [rows & labels.event for rows in slices]
    first = _fit_days(matrix, labels, offers, np.ones(len(matrix)), scales, encoder, config)
    log_days = first.booster.predict(
        feature_matrix(matrix, encoder, config.threads), output_margin=True
    ).astype(np.float64)
    watched = np.where(labels.event, config.time_to_hire.horizon_days.value, labels.values)
    with np.errstate(divide="ignore", invalid="ignore"):
        later = ndtr((log_days - np.log(watched)) / first.scale)
    train = slices[0]
    ever = min(labels.event[train].sum() / np.maximum((1 - later[train]).sum(), 1.0), 1.0)
    weights = np.where(labels.event, 1.0, ever * later / (1 - ever + ever * later))
    return _fit_days(matrix, labels, list(slices), weights, [first.scale], encoder, config)


def _fit_days(
    matrix: np.ndarray,
    labels: Labels,
    slices: list[np.ndarray],
    weights: np.ndarray,
    scales: list[float],
    encoder: Encoder,
    config: ModelsConfig,
) -> Fitted:
    """The best of the scales by its loss on the second slice."""
    if labels.upper is None:
        raise ValueError("survival labels need an upper bound")
    data = [
        feature_matrix(
            matrix[rows],
            encoder,
            config.threads,
            label_lower_bound=labels.values[rows],
            label_upper_bound=labels.upper[rows],
            weight=weights[rows],
        )
        for rows in slices
    ]
    tried = []
    for scale in scales:
        survival = {
            "objective": "survival:aft",
            "eval_metric": "aft-nloglik",
            "aft_loss_distribution": "normal",
            "aft_loss_distribution_scale": scale,
            "base_score": float(np.median(labels.values[slices[0] & labels.event])),
        }
        booster, loss = _boost("time_to_hire", survival, data, config)
        tried.append((loss, scale, booster))
    _, scale, booster = min(tried, key=lambda one: one[:2])
    return Fitted(booster, scale)


def _boost(
    target: TargetName, objective: Mapping[str, object], data: list[xgboost.DMatrix], config: ModelsConfig
) -> tuple[xgboost.Booster, float]:
    """Train on the first, stop early on the second; the booster up to its best round and its loss there."""
    parameters = {
        **config.boosting.parameters,
        **config.boosting.overrides.get(target, {}),
        **objective,
        "seed": config.seed,
        "nthread": config.threads,
    }
    booster = xgboost.train(
        parameters,
        data[0],
        num_boost_round=config.boosting.rounds,
        evals=[(data[1], "tune")],
        early_stopping_rounds=config.boosting.early_stopping_rounds,
        verbose_eval=False,
    )
    return booster[: booster.best_iteration + 1], float(booster.best_score)
