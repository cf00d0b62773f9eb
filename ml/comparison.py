"""Ask the version that serves beside a new one: on the same examples, each on the features it learnt from."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
import psycopg

from cvplus.errors import PermanentError
from ml.assessment import compare, log_loss_of
from ml.config import ModelsConfig
from ml.datasets import read_examples
from ml.feature_columns import TRAINING_TABLE, ColumnsFound, find_columns, read_column_types
from ml.predictor import Predictor
from ml.promotion import Comparison
from ml.registry import Registry
from ml.splits import TimeSplit

COMPARISON_TAG = "cvplus.champion_comparison"


class NotCompared(PermanentError):
    """A version was not compared with the one that serves now."""

    code = "not_compared"


@dataclass(frozen=True)
class Reigning:
    """The version that serves, and the snapshot's examples as it reads them: ``frame`` (rows, features)."""

    version: str
    predictor: Predictor
    found: ColumnsFound
    frame: pd.DataFrame


def read_reigning(
    connection: psycopg.Connection, registry: Registry, version: str | None, rows: int
) -> Reigning | None:
    """Load the version that serves and read the newest ``rows`` examples as it reads them.

    A feature that is not there as it learnt from it is null. ``None`` while no version serves.
    """
    if version is None:
        return None
    predictor = registry.load(version)
    columns = read_column_types(connection, TRAINING_TABLE)
    found = find_columns(predictor.encoder.features, predictor.used_features(), columns)
    frame = found.complete(read_examples(connection, found.present, rows))
    return Reigning(version, predictor, found, frame)


def compare_with(
    reigning: Reigning,
    candidate: Predictor,
    frame: pd.DataFrame,
    split: TimeSplit,
    config: ModelsConfig,
    reigning_report: dict[str, Any],
) -> Comparison:
    """How a candidate does beside the version that serves.

    ``frame``: the snapshot, as the candidate reads it. ``reigning_report``: ``evaluation.json`` of the other.
    """
    target = config.primary_target
    obstacles = [f"needs {one}" for one in reigning.found.lost]
    estimate = None
    if reigning.predictor.is_trained(target):
        estimate = compare(candidate, reigning.predictor, frame, reigning.frame, split, config).to_document()
    else:
        obstacles.append(f"does not predict {target}")
    return Comparison(
        reigning.version,
        estimate,
        log_loss_of(candidate, frame, split, config),
        tuple(obstacles),
        _log_loss(reigning_report, target),
    )


def _log_loss(report: dict[str, Any], target: str) -> float | None:
    for one in report["evaluations"]:
        if one["target"] == target and "log_loss" in one["metrics"]:
            return float(one["metrics"]["log_loss"]["value"])
    return None


def write_comparison(registry: Registry, version: str, comparison: Comparison) -> None:
    """Keep a comparison as a tag of the version."""
    registry.client().set_model_version_tag(
        registry.model_name, version, COMPARISON_TAG, json.dumps(asdict(comparison))
    )


def read_comparison(registry: Registry, version: str, serving: str | None) -> Comparison | None:
    """The comparison of a version with the one that serves; ``None`` while none serves.

    Raises:
        NotCompared: it was compared with another one, or with none. The gate is not passed without.
    """
    if serving is None:
        return None
    tags = registry.client().get_model_version(registry.model_name, version).tags
    document = json.loads(tags.get(COMPARISON_TAG, "{}"))
    # Comparisons of before obstacles were kept have no such key; some of them held no figure.
    if document.get("champion") != serving or "obstacles" not in document:
        raise NotCompared(
            cause=f"Version {version} was not compared with version {serving}, which serves now.",
            remedy="Clear the task train of this run: it compares them, and trains nothing twice.",
        )
    return Comparison.from_document(document)
