"""Read what is learnt from: a snapshot of ``features.training_examples``, typed by the feature registry."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile

import pandas as pd
import psycopg
from psycopg import sql

from cvplus.errors import ConfigurationError, PermanentError
from ml.encoding import Feature
from ml.feature_columns import TRAINING_TABLE, read_column_types, require_declared
from ml.targets import LABEL_COLUMNS

CASTS = {
    "category": "{}::text",
    "number": "{}::double precision",
    "boolean": "{}::integer::double precision",
}


class SnapshotEmpty(PermanentError):
    """There is nothing to learn from yet."""

    code = "snapshot_empty"


@dataclass(frozen=True)
class Snapshot:
    """``frame``: (rows, identity + feature + label columns), oldest first.

    ``snapshot_id``: SHA-256 over features, types and rows. The rows themselves are not kept: the store is
    point-in-time, so the same limit and horizon give them again, unless somebody was erased since, which
    the hash then shows.
    """

    frame: pd.DataFrame
    features: tuple[Feature, ...]
    snapshot_id: str

    @property
    def horizon(self) -> datetime:
        """Instant of the newest example."""
        newest: datetime = self.frame["feature_at"].max().to_pydatetime()
        return newest

    @property
    def beginning(self) -> datetime:
        """Instant of the oldest example."""
        oldest: datetime = self.frame["feature_at"].min().to_pydatetime()
        return oldest


def read_features(connection: psycopg.Connection) -> tuple[Feature, ...]:
    """The model inputs that the registry declares, by name.

    Raises:
        ConfigurationError: when the registry is empty or declares a type that is not known.
    """
    rows = connection.execute(
        """
        select distinct on (feature) feature, data_type, entity
        from features.feature_declarations where is_model_input order by feature, entity
        """
    ).fetchall()
    wrong = [name for name, kind, _ in rows if kind not in ("number", "category", "boolean")]
    if not rows or wrong:
        raise ConfigurationError(
            cause=f"The feature registry declares no usable type for {', '.join(wrong)}."
            if wrong
            else "The feature registry declares no model input.",
            remedy="Set config.meta.feature beside the feature's model, then run build_warehouse.",
        )
    return tuple(Feature(name, kind, entity) for name, kind, entity in rows)


def feature_expressions(features: tuple[Feature, ...]) -> sql.Composed:
    """The feature columns, each after a comma: as text, or as double precision (true is 1)."""
    parts = []
    for feature in features:
        cast = sql.SQL(CASTS[feature.kind]).format(sql.Identifier(feature.name))
        parts.append(sql.SQL(", {} as {}").format(cast, sql.Identifier(feature.name)))
    return sql.Composed(parts)


def column_types(features: tuple[Feature, ...]) -> dict[str, str]:
    """Pandas types of the feature columns."""
    return {one.name: "object" if one.kind == "category" else "float64" for one in features}


def read_snapshot(connection: psycopg.Connection, rows: int) -> Snapshot:
    """The newest ``rows`` examples whose label window has closed, with the features that are declared.

    Raises:
        FeatureMissing: when a declared feature is no column, or one of another type.
        SnapshotEmpty: when no example has a label yet.
    """
    features = read_features(connection)
    require_declared(features, read_column_types(connection, TRAINING_TABLE))
    frame = read_examples(connection, features, rows)
    if frame.empty:
        raise SnapshotEmpty(
            cause="features.training_examples has no example whose label window has closed.",
            remedy="Load more history (make backfill), or wait until applications are 45 days old.",
        )
    return Snapshot(frame, features, hash_frame(frame, features))


def read_examples(connection: psycopg.Connection, features: tuple[Feature, ...], rows: int) -> pd.DataFrame:
    """The newest ``rows`` examples whose label window has closed: identity, labels, these features.

    An example enters by its age alone, never by its outcome; one without an offer is censored at the days
    that it has been watched. The same examples in the same order, whatever the features.
    """
    query = sql.SQL(
        """
        select * from (
            select application_id, subject_id, job_id, feature_at,
                is_interviewed::integer as is_interviewed, is_offered::integer as is_offered,
                offer_salary_usd::double precision as offer_salary_usd,
                days_to_offer_lower::double precision as days_to_offer_lower,
                days_to_offer_upper::double precision as days_to_offer_upper{features}
            from features.training_examples where is_interviewed is not null
            order by feature_at desc, application_id limit {rows}
        ) as newest order by feature_at, application_id
        """
    ).format(features=feature_expressions(features), rows=sql.Literal(rows))
    return read_frame(connection, query, features)


def read_frame(
    connection: psycopg.Connection, query: sql.Composed, features: tuple[Feature, ...]
) -> pd.DataFrame:
    """Read a query through COPY into a frame; the disk, not the memory, holds the text meanwhile."""
    types = {
        **column_types(features),
        **dict.fromkeys(("application_id", "subject_id", "job_id"), "object"),
        **dict.fromkeys(LABEL_COLUMNS, "float64"),
    }
    with TemporaryFile() as buffer:
        statement = sql.SQL("copy ({}) to stdout (format csv, header)").format(query)
        with connection.cursor().copy(statement) as pages:
            for page in pages:
                buffer.write(page)
        buffer.seek(0)
        frame = pd.read_csv(buffer, dtype=types, keep_default_na=False, na_values=[""])
    frame["feature_at"] = pd.to_datetime(frame["feature_at"], utc=True, format="ISO8601")
    return frame


def hash_frame(frame: pd.DataFrame, features: tuple[Feature, ...]) -> str:
    """SHA-256 hex over the features with their types and over every value, in the frame's order."""
    digest = hashlib.sha256(repr(features).encode())
    for name in frame.columns:
        digest.update(name.encode())
        digest.update(pd.util.hash_pandas_object(frame[name], index=False).to_numpy().tobytes())
    return digest.hexdigest()


def training_sample(snapshot: Snapshot, rows: int, seed: int) -> pd.DataFrame:
    """A random sample of the features alone, without ids or outcomes, to compare later populations with."""
    names = [feature.name for feature in snapshot.features]
    count = min(rows, len(snapshot.frame))
    return snapshot.frame[names].sample(n=count, random_state=seed).reset_index(drop=True)
