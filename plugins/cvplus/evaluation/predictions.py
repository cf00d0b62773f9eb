"""How near the chances that are told of open applications come to those that the sandbox's market knows."""

from collections.abc import Callable

import numpy as np
import psycopg
from numpy.typing import NDArray
from scipy.stats import bootstrap

from cvplus.errors import PlantError
from cvplus.evaluation.figures import CONFIDENCE, Estimate, Figure
from cvplus.evaluation.market import own_market
from cvplus.warehouse.connection import connect

Floats = NDArray[np.float64]
Measure = Callable[[Floats, Floats], float]
_NOTE = "applications of the last four days, which no model has learnt from"
_BINS = 10
# What is told today of applications that are still open, made of what was known when they were made. Of older
# ones the likeliest have been decided and are not among them.
_TOLD = """
    select pair.application_id, told.interview_probability, told.offer_probability,
        coalesce(features.required_skills_count, 0) > 0 as is_told_what_is_asked
    from intermediate.int_scoring_pairs as pair
    join features.scoring_pairs as features
        on features.cv_id = pair.cv_id and features.job_id = pair.job_id
        and features.feature_at = pair.feature_at
    join lateral (
        select * from predictions.predictions as prediction
        where prediction.cv_id = pair.cv_id and prediction.job_id = pair.job_id
          and prediction.feature_at = pair.feature_at
        order by prediction.scored_at desc, prediction.prediction_id limit 1
    ) as told on true
    where pair.application_id is not null and pair.feature_at > pair.horizon_at - interval '4 days'
"""
# Federal vacancies of the past tell no requirements, so nobody could know what the market knows of them.
_ASKED = {True: "jobs that tell what they ask", False: "jobs that do not tell what they ask"}


def predictions() -> list[Figure]:
    """Regret, bias and calibration of what is told of open applications; none without market or warehouse."""
    market = own_market()
    if market is None:
        return []
    chances = {one["application_id"]: one for one in market.truth("chances")}
    try:
        with connect() as connection:
            rows = connection.execute(_TOLD).fetchall()
    except (PlantError, psycopg.errors.UndefinedTable):
        return []
    figures = []
    for is_told, asked in _ASKED.items():
        for target, place, most in (("interview", 1, 0.05), ("offer", 2, None)):
            pairs = [
                (row[place], chances[row[0]][target])
                for row in rows
                if row[3] == is_told and row[place] is not None and row[0] in chances
            ]
            if len(pairs) > _BINS:
                said, true = np.array(pairs, dtype=float).T
                data = f"{market.name}, {asked}"
                figures += _figures(target, said, true, data, most if is_told else None)
    return figures


def _figures(target: str, said: Floats, true: Floats, data: str, most_regret: float | None) -> list[Figure]:
    figures = []
    for name, measure, at_most in (
        ("regret", regret, most_regret),
        ("mean too high by", bias, None),
        ("calibration error", calibration_error, None),
    ):
        one = _estimate(measure, said, true)
        figures.append(
            Figure(
                "predictions", f"{target}, {name}", data, len(said), one.value, one.low, one.high,
                at_most=at_most, note=_NOTE,
            )
        )  # fmt: skip
    return figures


def regret(said: Floats, true: Floats) -> float:
    """Expected log loss of what was said above that of the truth itself, as a share of the latter."""
    return float(_cross_entropy(said, true) / _cross_entropy(true, true) - 1)


def bias(said: Floats, true: Floats) -> float:
    """Mean of what was said less the mean of what is true."""
    return float(said.mean() - true.mean())


def calibration_error(said: Floats, true: Floats) -> float:
    """Mean distance of what is said from what is true, over tenths of the cases in order of what was said."""
    order = np.argsort(said, kind="stable")
    parts = zip(np.array_split(said[order], _BINS), np.array_split(true[order], _BINS), strict=True)
    return float(sum(abs(one.sum() - other.sum()) for one, other in parts) / len(said))


def _cross_entropy(said: Floats, true: Floats) -> float:
    clipped = np.clip(said, 1e-9, 1 - 1e-9)
    return float(-(true * np.log(clipped) + (1 - true) * np.log1p(-clipped)).mean())


def _estimate(measure: Measure, said: Floats, true: Floats) -> Estimate:
    """The measure between its bounds, by a percentile bootstrap over the applications."""
    drawn = bootstrap(
        (said, true),
        measure,
        paired=True,
        vectorized=False,
        n_resamples=500,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=7,
    )
    low, high = drawn.confidence_interval
    return Estimate(measure(said, true), float(low), float(high))
