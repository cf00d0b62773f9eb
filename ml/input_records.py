"""Keep a scoring run's input check in ``ops.input_checks``: counted chunk by chunk, judged at the end."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import psycopg

from ml.config import InputRun
from ml.input_tally import FeatureInput, TrainingSpread, count_rows, judge_run, learn_spread
from ml.predictor import Predictor
from ml.registry import TRAINING_SAMPLE, Registry
from ml.scoring import ScoredChunk, ScoringRun


def read_spread(registry: Registry, predictor: Predictor, version: str) -> TrainingSpread:
    """How the training sample that a version carries is spread.

    Raises:
        ModelRefused: the sample is not the file that this plant has signed.
    """
    with TemporaryDirectory() as folder:
        sample = pd.read_parquet(registry.read_artifact(version, TRAINING_SAMPLE, Path(folder)))
    return learn_spread(predictor.encoder.encode(sample), predictor.encoder)


def add_counts(
    connection: psycopg.Connection,
    run: ScoringRun,
    chunk: ScoredChunk,
    predictor: Predictor,
    known: TrainingSpread,
) -> None:
    """Add a chunk's pairs to the run's counts, in the transaction that writes it: a kill loses neither."""
    counts = count_rows(chunk.encoded, known.edges)
    outside = predictor.check(chunk.encoded).outside.sum(axis=0)
    pairs = len(chunk.encoded.matrix)
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into ops.input_checks as known (
                scoring_run, feature, model_version, pairs, outside_pairs, counts
            ) values (%s, %s, %s, %s, %s, %s)
            on conflict (scoring_run, feature) do update set
                pairs = known.pairs + excluded.pairs,
                outside_pairs = known.outside_pairs + excluded.outside_pairs,
                counts = (
                    select array_agg(old + new order by place)
                    from unnest(known.counts, excluded.counts) with ordinality as each (old, new, place)
                )
            """,
            [
                (run.name, name, run.version, pairs, int(outside[position]), counts[position].tolist())
                for position, name in enumerate(predictor.encoder.names)
            ],
        )


def judge_counts(
    connection: psycopg.Connection,
    run: ScoringRun,
    known: TrainingSpread,
    names: list[str],
    settings: InputRun,
) -> list[FeatureInput]:
    """Judge what a run has counted, write it beside the counts; nothing when it has scored nothing."""
    rows: dict[str, list[int]] = dict(
        connection.execute(
            "select feature, counts from ops.input_checks where scoring_run = %s", [run.name]
        ).fetchall()
    )
    if not rows:
        return []
    judged = judge_run(np.array([rows[name] for name in names]), known, names, settings)
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            update ops.input_checks set null_share = %s, training_null_share = %s, unseen_share = %s,
                psi = %s, departure = %s, checked_at = %s
            where scoring_run = %s and feature = %s
            """,
            [
                (
                    one.null_share,
                    one.training_null_share,
                    one.unseen_share,
                    one.psi,
                    one.departure,
                    run.scored_at,
                    run.name,
                    one.feature,
                )
                for one in judged
            ],
        )
    return judged
