"""Score pairs in chunks and write them once: predictions, reasons and the audit line in one transaction."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np
import pandas as pd
import psycopg
from psycopg import sql

from ml.competitiveness import competitiveness_scores
from ml.encoding import Encoded
from ml.predictor import PREDICTION_COLUMNS, Predictor
from ml.targets import COMPETITIVENESS, TARGETS

PREDICTION_TABLE = (
    "prediction_id",
    "cv_id",
    "cv_version",
    "job_id",
    "subject_id",
    "scored_at",
    "feature_at",
    "horizon_at",
    *PREDICTION_COLUMNS,
    "salary_currency",
    "model_version",
    "feature_hash",
    "is_stale",
    "missing_reasons",
    "outside_features",
)
REASON_TABLE = ("prediction_id", "target", "rank", "feature", "value", "contribution")


@dataclass(frozen=True)
class ScoringRun:
    """What a run's rows have in common. ``scored_by``: who is named in the audit log.

    ``name``: the same for every try of the run.
    """

    name: str
    version: str
    scored_at: datetime
    scored_by: str
    reasons: int


@dataclass(frozen=True)
class ScoredChunk:
    """``predictions``: columns of ``PREDICTION_TABLE``. ``reasons``: rows of ``REASON_TABLE``.

    ``set_aside``: how many of the predictions are null, for a value that no model can compute with.
    ``encoded``: the pairs scored, as the predictor saw them.
    """

    predictions: pd.DataFrame
    reasons: list[tuple[Any, ...]]
    set_aside: int
    encoded: Encoded


def prediction_id(cv_id: str, job_id: str, version: str, feature_hash: str, feature_at: datetime) -> str:
    """The same pair with the same evidence at the same instant, by the same model, is the same prediction."""
    instant = feature_at.astimezone(UTC).isoformat()
    return str(uuid5(NAMESPACE_URL, f"cvplus:prediction:{cv_id}:{job_id}:{version}:{feature_hash}:{instant}"))


def score_chunk(frame: pd.DataFrame, predictor: Predictor, run: ScoringRun) -> ScoredChunk:
    """Score the pairs of a frame of whole jobs that are not scored yet.

    ``frame``: as ``ml.pairs.stream_pairs`` yields. Pairs scored before take part in their job's pool with
    the probabilities that were written then. A pair with a value that no model can compute with is set aside:
    its prediction is null in everything, says which feature is why, and belongs to no pool.
    """
    fresh = ~frame["is_scored"].to_numpy(dtype=bool)
    every = frame[fresh].reset_index(drop=True)
    seen = predictor.encoder.encode(every)
    usable = seen.is_usable
    pairs, encoded, unusable = every[usable].reset_index(drop=True), seen.rows(usable), seen.unusable
    scored = predictor.predict_encoded(encoded, pairs.index)
    if predictor.is_trained(COMPETITIVENESS):
        in_pool = np.ones(len(frame), dtype=bool)
        in_pool[fresh] = usable
        in_pool[~fresh] = frame["scored_interview"][~fresh].notna()
        scored[COMPETITIVENESS] = _competitiveness(frame[in_pool], fresh[in_pool], scored, predictor)
    missing = json.dumps(predictor.missing_reasons, sort_keys=True)
    outside = _outside_features(predictor.check(encoded).outside, predictor.encoder.names)
    table = pd.concat([pairs, scored], axis=1).assign(missing_reasons=missing, outside_features=outside)
    has_pay = predictor.is_trained("salary_prediction")
    table["salary_currency"] = predictor.config.salary.currency if has_pay else None
    table = _identified(table, run)
    rows = list(_reason_rows(table, encoded, pairs, predictor, run.reasons))
    set_aside = _identified(_set_aside(every[~usable], unusable[~usable]), run)
    return ScoredChunk(pd.concat([table, set_aside])[list(PREDICTION_TABLE)], rows, len(set_aside), seen)


def _outside_features(outside: np.ndarray, names: list[str]) -> list[str]:
    """(rows,) JSON lists of the features that are outside of what training saw."""
    return [json.dumps([names[position] for position in np.flatnonzero(row)]) for row in outside]


def _competitiveness(
    pool: pd.DataFrame, fresh: np.ndarray, scored: pd.DataFrame, predictor: Predictor
) -> np.ndarray:
    """Scores of the fresh pairs of a pool, in their order."""
    strengths = pd.DataFrame(
        {"interview_probability": pool["scored_interview"], "offer_probability": pool["scored_offer"]}
    )
    strengths.loc[fresh] = scored[list(strengths.columns)].to_numpy()
    return competitiveness_scores(
        predictor.strengths(strengths),
        pool["job_id"].to_numpy(),
        predictor.reference,
        predictor.config.competitiveness.prior_weight.value,
    )[fresh]


def _set_aside(pairs: pd.DataFrame, unusable: np.ndarray) -> pd.DataFrame:
    """Predictions that say nothing but why."""
    table = pairs.assign(**dict.fromkeys(PREDICTION_COLUMNS), salary_currency=None)
    reasons = [f"not computed: the value of {feature} is infinite or too large" for feature in unusable]
    return table.assign(
        adversarial_score=0.0,
        is_out_of_distribution=True,
        outside_features=[json.dumps([feature]) for feature in unusable],
        missing_reasons=[
            json.dumps(dict.fromkeys((*TARGETS, COMPETITIVENESS), reason), sort_keys=True)
            for reason in reasons
        ],
    )


def _identified(table: pd.DataFrame, run: ScoringRun) -> pd.DataFrame:
    """The table with each prediction's id, instant and version."""
    identities = [
        prediction_id(cv, job, run.version, feature_hash, feature_at)
        for cv, job, feature_hash, feature_at in zip(
            table["cv_id"], table["job_id"], table["feature_hash"], table["feature_at"], strict=True
        )
    ]
    return table.assign(prediction_id=identities, scored_at=run.scored_at, model_version=run.version)


def _reason_rows(
    table: pd.DataFrame, encoded: Encoded, pairs: pd.DataFrame, predictor: Predictor, count: int
) -> Iterator[tuple[Any, ...]]:
    features = predictor.encoder.features
    identities = table["prediction_id"].tolist()
    values = {feature.name: _as_text(pairs[feature.name], feature.kind) for feature in features}
    for target, (positions, contributions) in predictor.reasons(encoded, count).items():
        for row, identity in enumerate(identities):
            for rank in range(positions.shape[1]):
                contribution = float(contributions[row, rank])
                if contribution == 0.0:
                    break
                name = features[positions[row, rank]].name
                yield identity, target, rank + 1, name, values[name][row], contribution


def _as_text(column: pd.Series, kind: str) -> list[str | None]:
    """Values as people read them: true and false, six significant digits, None where missing."""
    if kind == "category":
        return [None if value is None or value != value else str(value) for value in column]
    if kind == "boolean":
        return [None if math.isnan(value) else ("true" if value else "false") for value in column]
    return [None if math.isnan(value) else f"{value:.6g}" for value in column.tolist()]


def write_chunk(connection: psycopg.Connection, chunk: ScoredChunk, run: ScoringRun) -> int:
    """Write a chunk in the caller's transaction; returns how many predictions were new."""
    connection.execute(
        """
        create temp table new_predictions (like predictions.predictions including defaults) on commit drop;
        create temp table new_reasons (like predictions.prediction_reasons) on commit drop;
        """
    )
    _copy(connection, "new_predictions", PREDICTION_TABLE, _rows(chunk.predictions))
    _copy(connection, "new_reasons", REASON_TABLE, chunk.reasons)
    written = connection.execute(
        "insert into predictions.predictions select * from new_predictions on conflict do nothing"
    ).rowcount
    connection.execute(
        "insert into predictions.prediction_reasons select * from new_reasons on conflict do nothing"
    )
    connection.execute(
        """
        insert into predictions.prediction_audit (
            prediction_id, access_id, accessed_by, access, reason, permission, accessed_at
        )
        select prediction_id, 'made', %s, 'made', 'batch scoring', 'service:score_batch', scored_at
        from new_predictions on conflict do nothing
        """,
        [run.scored_by],
    )
    return written


def _copy(
    connection: psycopg.Connection, table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    )
    with connection.cursor().copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _rows(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Plain Python values, with None for what is missing."""
    plain = frame.astype(object).where(frame.notna(), None)
    return plain.itertuples(index=False, name=None)
