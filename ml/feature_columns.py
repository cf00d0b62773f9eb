"""Are the columns that a version asks for still there, and of its types? Asked before any SQL is tried."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
import psycopg

from cvplus.errors import PermanentError
from ml.encoding import Feature, FeatureKind

TRAINING_TABLE, SCORING_TABLE = "training_examples", "scoring_pairs"
# SQL types that each kind can be read from. A category that became a number would be unseen everywhere.
READABLE: dict[FeatureKind, tuple[str, ...]] = {
    "number": ("smallint", "integer", "bigint", "numeric", "real", "double precision"),
    "boolean": ("boolean",),
    "category": ("text", "character varying", "character"),
}


class FeatureMissing(PermanentError):
    """A model asks for a feature that the feature store does not hold any more, or not in its type."""

    code = "feature_missing"


@dataclass(frozen=True)
class LostFeature:
    """A feature that is not there as it was. ``found``: today's SQL type, ``None`` when it is gone."""

    feature: Feature
    found: str | None

    def __str__(self) -> str:
        if self.found is None:
            return f"{self.feature.name} (gone)"
        return f"{self.feature.name} (now {self.found}, learnt from as a {self.feature.kind})"


@dataclass(frozen=True)
class ColumnsFound:
    """A version's features, told apart by what a table has of them.

    ``present``: to be read. ``lost``: needed by a tree, and not there. ``idle``: not there, and asked for
    by no tree, so that null in its place changes no prediction.
    """

    present: tuple[Feature, ...]
    lost: tuple[LostFeature, ...]
    idle: tuple[LostFeature, ...]

    def complete(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with null in place of what is not there."""
        absent = {
            one.feature.name: None if one.feature.kind == "category" else float("nan")
            for one in (*self.lost, *self.idle)
        }
        return frame.assign(**absent)


def find_columns(
    features: Iterable[Feature], used: frozenset[str], columns: Mapping[str, str]
) -> ColumnsFound:
    """Look for a version's features among a table's columns.

    Args:
        features: that the version reads.
        used: names of those that its trees ask for.
        columns: name -> SQL type, of the table.
    """
    present: list[Feature] = []
    lost: list[LostFeature] = []
    idle: list[LostFeature] = []
    for feature in features:
        found = columns.get(feature.name)
        if found in READABLE[feature.kind]:
            present.append(feature)
        else:
            (lost if feature.name in used else idle).append(LostFeature(feature, found))
    return ColumnsFound(tuple(present), tuple(lost), tuple(idle))


def read_column_types(connection: psycopg.Connection, table: str) -> dict[str, str]:
    """SQL type of each column of a table in ``features``; nothing when there is no such table."""
    rows = connection.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_schema = 'features' and table_name = %s",
        [table],
    )
    return dict(rows.fetchall())


def require_features(found: ColumnsFound, table: str, version: str) -> None:
    """Make sure that a version can be asked.

    Raises:
        FeatureMissing: naming the features, the version and what to do.
    """
    if found.lost:
        raise FeatureMissing(
            cause=f"Model version {version} needs features that features.{table} does not hold as it learnt "
            f"from them: {', '.join(map(str, found.lost))}.",
            remedy="Bring them back in the dbt project and run build_warehouse, or run train_models and "
            f"decide about the version that replaces {version}; docs/runbooks/feature_missing.md says how.",
        )


def require_declared(features: tuple[Feature, ...], columns: Mapping[str, str]) -> None:
    """Make sure that what is declared can be learnt from.

    Raises:
        FeatureMissing: naming the features and what to do.
    """
    found = find_columns(features, frozenset(one.name for one in features), columns)
    if found.lost:
        raise FeatureMissing(
            cause=f"features.{TRAINING_TABLE} does not hold features as they are declared: "
            f"{', '.join(map(str, found.lost))}.",
            remedy="Declare and build the same columns (docs/feature_store.md), then run build_warehouse.",
        )
