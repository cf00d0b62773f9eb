"""Has the population moved away from what the champion learnt from?

Compared are *applications with applications*: the newest ones with the champion's training sample. The
pairs to score are another population by construction (the best matching jobs of every CV, where people
apply to what they find), so their distance from the training sample tells of the matching, not of the
market, and would ask for a retraining that cannot help.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pandas as pd
import psycopg
import yaml
from psycopg import sql
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError

from cvplus.errors import ConfigurationError
from cvplus.quality.drift_report import FeatureDrift, compare_samples
from cvplus.settings import PROJECT_ROOT
from cvplus.warehouse.connection import connect
from cvplus.yaml_files import read_yaml
from ml.config import Limit, load_models_config
from ml.datasets import feature_expressions, read_frame
from ml.encoding import Feature
from ml.feature_columns import TRAINING_TABLE, find_columns, read_column_types
from ml.registry import TRAINING_SAMPLE, ModelStore, Registry
from ml.serving import serving_version

CONFIG_FILE = PROJECT_ROOT / "config" / "drift.yaml"
DATA_UNTIL_TAG = "cvplus.data_until"


class DriftSettings(BaseModel):
    """``config/drift.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sample_rows: PositiveInt
    minimum_rows: PositiveInt
    recent_days: PositiveInt
    kept_categories: PositiveInt
    threshold: Limit
    retraining_share: Limit
    retraining_examples: Limit
    ignored: dict[str, str] = Field(default_factory=dict)


def load_drift_settings(file: Path = CONFIG_FILE) -> DriftSettings:
    """Read and check the settings.

    Raises:
        ConfigurationError: naming what is wrong.
    """
    try:
        return DriftSettings.model_validate(read_yaml(file))
    except (ValidationError, yaml.YAMLError) as error:
        raise ConfigurationError(
            cause=f"{file.name} is not valid: {' '.join(str(error).split())}",
            remedy=f"Correct config/{file.name}; docs/models.md explains it.",
        ) from error


def monitor_drift(
    connection_url: str, store: ModelStore, report_folder: Path, *, settings: DriftSettings | None = None
) -> dict[str, Any]:
    """Compare recent applications with the champion's training sample; write ``ops.drift`` and a report.

    The same champion and the same newest application are the same run: it is written over, not twice.

    Returns:
        ``message`` and ``asks_for_retraining`` always; where there was something to compare also
        ``drift_run_id``, ``model_version``, ``sample_size``, ``drifted`` (features), ``drifted_share`` (by
        importance) and ``report_path``.
    """
    settings = settings or load_drift_settings()
    registry = Registry(store, load_models_config().model_name)
    version = serving_version(connection_url, store).version
    if version is None:
        return _nothing("No model is champion yet, so there is nothing to compare with.")
    own = registry.load(version).encoder.features
    with TemporaryDirectory() as folder:
        reference = pd.read_parquet(registry.read_artifact(version, TRAINING_SAMPLE, Path(folder)))
    until = registry.client().get_model_version(registry.model_name, version).tags[DATA_UNTIL_TAG]
    with connect(connection_url) as connection:
        # Features of the version, whatever is declared today; one that is gone is named by scoring.
        columns = read_column_types(connection, TRAINING_TABLE)
        features = tuple(
            one for one in find_columns(own, frozenset(), columns).present if one.name not in settings.ignored
        )
        current = read_recent(connection, features, settings)
        new_examples = count_newer_examples(connection, until)
        weights = read_weights(connection, version)
    if len(current) < settings.minimum_rows:
        return _nothing(
            f"{len(current)} recent applications, {settings.minimum_rows} are needed to say anything."
        )
    newest = current["feature_at"].max().isoformat()
    run = str(uuid5(NAMESPACE_URL, f"cvplus:drift:{version}:{newest}:{settings.model_dump_json()}"))
    report = report_folder / f"{run}.html"
    results = compare_samples(
        reference.sample(n=min(settings.sample_rows, len(reference)), random_state=0),
        current,
        numbers=[one.name for one in features if one.kind != "category"],
        categories=[one.name for one in features if one.kind == "category"],
        threshold=settings.threshold.value,
        kept_categories=settings.kept_categories,
        report_file=report,
    )
    with connect(connection_url) as connection:
        write_drift(connection, run, version, results, len(current), report)
    return conclude(results, weights, settings, new_examples) | {
        "drift_run_id": run,
        "model_version": version,
        "sample_size": len(current),
        "report_path": str(report),
    }


def read_recent(
    connection: psycopg.Connection, features: tuple[Feature, ...], settings: DriftSettings
) -> pd.DataFrame:
    """A fixed-size sample of the newest days' applications: ``feature_at`` and the features.

    Drawn by a hash of the id, so that it is random and yet the same each time.
    """
    query = sql.SQL(
        """
        select feature_at{features} from features.training_examples
        where feature_at > (
            select max(feature_at) - {days} * interval '1 day' from features.training_examples
        )
        order by md5(application_id), application_id limit {rows}
        """
    ).format(
        features=feature_expressions(features),
        days=sql.Literal(settings.recent_days),
        rows=sql.Literal(settings.sample_rows),
    )
    return read_frame(connection, query, features)


def count_newer_examples(connection: psycopg.Connection, until: str) -> int:
    """Labelled examples that are younger than the champion's newest."""
    row = connection.execute(
        """
        select count(*) from features.training_examples
        where is_interviewed is not null and feature_at > %s::timestamptz
        """,
        [until],
    ).fetchone()
    return int(row[0]) if row else 0


def read_weights(connection: psycopg.Connection, version: str) -> dict[str, float]:
    """How much a version leans on each feature: mean share of importance over its targets."""
    rows = connection.execute(
        """
        select feature, avg(share) from (
            select feature, importance / nullif(sum(importance) over (partition by target), 0) as share
            from ops.feature_importances where model_version = %s
        ) as shares group by feature
        """,
        [version],
    ).fetchall()
    return {feature: float(weight or 0) for feature, weight in rows}


def conclude(
    results: list[FeatureDrift], weights: dict[str, float], settings: DriftSettings, new_examples: int
) -> dict[str, Any]:
    """Whether to retrain: what the champion leans on has moved, and there is something new to learn from.

    ``weights``: importance of each feature; without any, all count the same.
    """
    drifted = sorted(one.feature for one in results if one.is_drifted)
    weight = {one.feature: weights.get(one.feature, 0.0) if weights else 1.0 for one in results}
    share = sum(weight[name] for name in drifted) / (sum(weight.values()) or 1.0)
    has_moved = share >= settings.retraining_share.value
    has_news = new_examples >= settings.retraining_examples.value
    message = f"{len(drifted)} of {len(results)} features have drifted, {share:.0%} by importance"
    if has_moved and has_news:
        message += f": retraining is asked for, with {new_examples:,} new examples"
    elif has_moved:
        message += f": another market, but only {new_examples:,} new examples to learn from yet"
    return {
        "drifted": drifted,
        "drifted_share": share,
        "asks_for_retraining": has_moved and has_news,
        "message": message + ".",
    }


def write_drift(
    connection: psycopg.Connection,
    run: str,
    version: str,
    results: list[FeatureDrift],
    sample_size: int,
    report: Path,
) -> None:
    """Replace the run's rows in ``ops.drift``."""
    connection.execute("delete from ops.drift where drift_run_id = %s", [run])
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into ops.drift (
                drift_run_id, feature, test, score, threshold, is_drifted, sample_size, model_version,
                report_path
            ) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                (
                    run,
                    one.feature,
                    one.test,
                    one.score,
                    one.threshold,
                    one.is_drifted,
                    sample_size,
                    version,
                    str(report),
                )
                for one in results
            ],
        )


def _nothing(message: str) -> dict[str, Any]:
    return {"message": message, "asks_for_retraining": False}
