"""Stream the pairs to score, whole jobs at a time."""

from collections.abc import Iterator

import pandas as pd
import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from ml.datasets import column_types, feature_expressions
from ml.encoding import Feature

PAIR_COLUMNS = (
    "cv_id",
    "cv_version",
    "job_id",
    "subject_id",
    "feature_at",
    "horizon_at",
    "feature_hash",
    "is_stale",
)
FETCH_ROWS = 1000


def stream_pairs(
    connection: psycopg.Connection,
    features: tuple[Feature, ...],
    version: str,
    chunk_rows: int,
    time_to_live_days: float,
) -> Iterator[pd.DataFrame]:
    """Yield frames of all pairs of jobs that have at least one pair to score.

    A pair is scored when the newest prediction that this version made of it was made of the same evidence
    (``feature_hash``) and is younger than ``time_to_live_days``, on the clock of ``feature_at``.

    A frame ends with a job and holds at least ``chunk_rows`` rows but the last, so its size is bounded by
    the chunk and by the biggest job. Columns: ``PAIR_COLUMNS``, the features, and for pairs scored before
    ``is_scored``, ``scored_interview`` and ``scored_offer``: they belong to the pool without being
    scored again. Must run in a transaction of its own, whose snapshot holds until the last frame.
    """
    query = sql.SQL(
        """
        with joined as (
            select pairs.*, known.prediction_id is not null as is_scored,
                known.interview_probability as scored_interview, known.offer_probability as scored_offer
            from features.scoring_pairs as pairs
            left join lateral (
                select made.prediction_id, made.feature_hash, made.interview_probability,
                    made.offer_probability
                from predictions.predictions as made
                where made.cv_id = pairs.cv_id and made.job_id = pairs.job_id
                    and made.model_version = {version}
                    and made.feature_at <= pairs.feature_at
                    and made.feature_at > pairs.feature_at - {time_to_live} * interval '24 hours'
                order by made.feature_at desc, made.feature_hash = pairs.feature_hash desc
                limit 1
            ) as known on known.feature_hash = pairs.feature_hash
        )
        select {identity}, is_scored, scored_interview, scored_offer{features}
        from joined
        where job_id in (select job_id from joined where not is_scored)
        order by job_id, cv_id
        """
    ).format(
        version=sql.Literal(version),
        time_to_live=sql.Literal(time_to_live_days),
        identity=sql.SQL(", ").join(sql.Identifier(name) for name in PAIR_COLUMNS),
        features=feature_expressions(features),
    )
    with connection.cursor(name="pairs_to_score", binary=True) as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(query)
        names = [column.name for column in cursor.description or ()]
        job = names.index("job_id")
        gathered: list[TupleRow] = []
        for row in cursor:
            if len(gathered) >= chunk_rows and row[job] != gathered[-1][job]:
                yield _frame(gathered, names, features)
                gathered = []
            gathered.append(row)
        if gathered:
            yield _frame(gathered, names, features)


def _frame(rows: list[TupleRow], names: list[str], features: tuple[Feature, ...]) -> pd.DataFrame:
    types = {**column_types(features), "scored_interview": "float64", "scored_offer": "float64"}
    return pd.DataFrame.from_records(rows, columns=names).astype(types)
