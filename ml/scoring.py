"""Score pairs in chunks and write them once: predictions, reasons and the audit line in one transaction."""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pandas as pd
import psycopg
from psycopg import sql

from ml.competitiveness import competitiveness_scores
from ml.encoding import Encoded
from ml.predictor import PREDICTION_COLUMNS, Predictor
from ml.targets import COMPETITIVENESS

PREDICTION_TABLE = (
    "prediction_id",
    "cv_id",
    "cv_version",
    "job_id",
    "subject_id",
    "scored_at",
    "feature_at",
    *PREDICTION_COLUMNS,
    "salary_currency",
    "model_version",
    "feature_hash",
    "is_stale",
    "missing_reasons",
)
REASON_TABLE = ("prediction_id", "target", "rank", "feature", "value", "contribution")


@dataclass(frozen=True)
class ScoringRun:
    """What a run's rows have in common. ``scored_by``: who is named in the audit log."""

    version: str
    scored_at: datetime
    scored_by: str
    reasons: int


@dataclass(frozen=True)
class ScoredChunk:
    """``predictions``: columns of ``PREDICTION_TABLE``. ``reasons``: rows of ``REASON_TABLE``."""

    predictions: pd.DataFrame
    reasons: list[tuple[Any, ...]]


def prediction_id(cv_id: str, job_id: str, version: str, feature_hash: str, feature_at: datetime) -> str:
    """The same pair with the same evidence at the same instant, by the same model, is the same prediction."""
    instant = feature_at.astimezone(UTC).isoformat()
    return str(uuid5(NAMESPACE_URL, f"cvplus:prediction:{cv_id}:{job_id}:{version}:{feature_hash}:{instant}"))


def score_chunk(frame: pd.DataFrame, predictor: Predictor, run: ScoringRun) -> ScoredChunk:
    """Score the pairs of a frame of whole jobs that are not scored yet.

    ``frame``: as ``ml.pairs.stream_pairs`` yields. Pairs scored before take part in their job's pool with
    the probabilities that were written then.
    """
    fresh = ~frame["is_scored"].to_numpy(dtype=bool)
    pairs = frame[fresh].reset_index(drop=True)
    encoded = predictor.encoder.encode(pairs)
    scored = predictor.predict_encoded(encoded, pairs.index)
    if predictor.is_trained(COMPETITIVENESS):
        pool = pd.DataFrame(
            {
                "interview_probability": frame["scored_interview"],
                "offer_probability": frame["scored_offer"],
            }
        )
        pool.loc[fresh] = scored[list(pool.columns)].to_numpy()
        scored[COMPETITIVENESS] = competitiveness_scores(
            predictor.strengths(pool),
            frame["job_id"].to_numpy(),
            predictor.reference,
            predictor.config.competitiveness.prior_weight.value,
        )[fresh]
    table = pd.concat([pairs, scored], axis=1)
    table["prediction_id"] = [
        prediction_id(cv, job, run.version, feature_hash, feature_at)
        for cv, job, feature_hash, feature_at in zip(
            pairs["cv_id"], pairs["job_id"], pairs["feature_hash"], pairs["feature_at"], strict=True
        )
    ]
    table["scored_at"] = run.scored_at
    table["model_version"] = run.version
    has_pay = predictor.is_trained("salary_prediction")
    table["salary_currency"] = predictor.config.salary.currency if has_pay else None
    table["missing_reasons"] = json.dumps(predictor.missing_reasons, sort_keys=True)
    rows = list(_reason_rows(table, encoded, pairs, predictor, run.reasons))
    return ScoredChunk(table[list(PREDICTION_TABLE)], rows)


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
