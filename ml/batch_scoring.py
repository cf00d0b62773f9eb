"""Score what is new with one version. It may be killed anywhere and run again."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from cvplus.warehouse.connection import connect
from ml.config import ModelsConfig, load_models_config
from ml.feature_columns import SCORING_TABLE, find_columns, read_column_types, require_features
from ml.input_records import add_counts, judge_counts, read_spread
from ml.pairs import stream_pairs
from ml.registry import ModelStore, Registry
from ml.scoring import ScoringRun, score_chunk, write_chunk


def score(
    connection_url: str,
    store: ModelStore,
    model_version: str,
    *,
    scored_by: str = "score_batch",
    run_name: str | None = None,
    config: ModelsConfig | None = None,
) -> dict[str, Any]:
    """Score every pair of which there is news, or whose prediction by this version is past its time to live.

    One transaction a chunk of whole jobs: what a killed run committed stays, the next one does the rest,
    and both together leave what one undisturbed run would have left.

    Args:
        connection_url: the warehouse.
        store: of the models.
        model_version: that scores.
        scored_by: who is named in the audit log.
        run_name: the same for every try of a run, whose input check adds up; one of its own unless given.
        config: ``config/models.yaml`` unless given.

    Returns:
        ``predictions`` and ``reasons`` written, ``chunks``, ``out_of_distribution``, ``set_aside``: pairs
        with a value that no model can compute with, whose prediction is null and says so. ``departures``:
        feature -> how the run departs from the version's training sample; ``is_judged``: whether the run
        had enough pairs to tell.

    Raises:
        FeatureMissing: ``features.scoring_pairs`` does not hold what the version needs.
    """
    config = config or load_models_config()
    registry = Registry(store, config.model_name)
    predictor = registry.load(model_version)
    known = read_spread(registry, predictor, model_version)
    run = ScoringRun(
        run_name or uuid4().hex, model_version, datetime.now(UTC), scored_by, config.scoring.reasons
    )
    counts: dict[str, Any] = {
        "predictions": 0,
        "reasons": 0,
        "chunks": 0,
        "out_of_distribution": 0,
        "set_aside": 0,
    }
    with connect(connection_url) as reading, connect(connection_url) as writing:
        columns = read_column_types(reading, SCORING_TABLE)
        found = find_columns(predictor.encoder.features, predictor.used_features(), columns)
        require_features(found, SCORING_TABLE, model_version)
        pairs = stream_pairs(
            reading,
            found.present,
            model_version,
            config.scoring.chunk_rows,
            config.scoring.time_to_live_days.value,
        )
        for frame in pairs:
            chunk = score_chunk(found.complete(frame), predictor, run)
            counts["predictions"] += write_chunk(writing, chunk, run)
            add_counts(writing, run, chunk, predictor, known)
            writing.commit()
            counts["reasons"] += len(chunk.reasons)
            counts["chunks"] += 1
            counts["set_aside"] += chunk.set_aside
            counts["out_of_distribution"] += int(chunk.predictions["is_out_of_distribution"].sum())
        judged = judge_counts(writing, run, known, predictor.encoder.names, config.input_check.run)
    counts["is_judged"] = any(one.is_judged for one in judged)
    counts["departures"] = {one.feature: one.departure for one in judged if one.departure}
    return counts
