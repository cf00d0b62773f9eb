"""A tiny world with a known truth, as the feature store would hold it, for tests of learning and scoring."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import psycopg
from psycopg import sql

from ml.encoding import Feature
from ml.registry import ModelStore

NUMBERS = (
    *(Feature(f"cv_measure_{number}", "number", "cv") for number in range(5)),
    *(Feature(f"job_measure_{number}", "number", "job") for number in range(5)),
)
FEATURES = tuple(
    sorted(
        (
            *NUMBERS,
            Feature("is_remote", "boolean", "job"),
            Feature("industry_code", "category", "job"),
            Feature("seniority", "category", "job"),
            Feature("plan", "category", "user"),
        ),
        key=lambda feature: feature.name,
    )
)
BEGINNING = pd.Timestamp("2026-01-01", tz="UTC")
LABEL_COLUMNS = {
    "is_interviewed": "boolean",
    "is_offered": "boolean",
    "offer_salary_usd": "double precision",
    "days_to_offer_lower": "double precision",
    "days_to_offer_upper": "double precision",
}
TYPES = {"number": "double precision", "boolean": "boolean", "category": "text"}


def draw_features(rows: int, generator: np.random.Generator) -> pd.DataFrame:
    """Feature columns with some values missing."""
    frame = pd.DataFrame({feature.name: generator.normal(size=rows) for feature in NUMBERS})
    frame.loc[generator.random(rows) < 0.1, "cv_measure_4"] = np.nan
    frame["is_remote"] = (generator.random(rows) < 0.3).astype(float)
    frame["industry_code"] = generator.choice(["energy", "finance", "health", "technology"], rows)
    frame["seniority"] = generator.choice(["junior", "mid", "senior"], rows)
    frame["plan"] = generator.choice(["free", "premium"], rows).astype(object)
    frame.loc[generator.random(rows) < 0.05, "plan"] = None
    return frame


def make_examples(rows: int = 6000, *, seed: int = 1, signal: float = 1.0, days: int = 135) -> pd.DataFrame:
    """Applications whose chances depend on two measures and an industry; ``signal`` 0 is pure noise."""
    generator = np.random.default_rng(seed)
    frame = draw_features(rows, generator)
    push = frame["cv_measure_0"] + 0.7 * frame["job_measure_0"] + 0.8 * (frame["industry_code"] == "health")
    frame["true_probability"] = 1 / (1 + np.exp(3.2 - signal * 1.6 * push))
    if signal == 0:
        frame["true_probability"] = 0.12
    frame["is_interviewed"] = (generator.random(rows) < frame["true_probability"]).astype(float)
    frame["is_offered"] = frame["is_interviewed"] * (generator.random(rows) < 0.6)
    took = np.exp(2.6 + 0.4 * frame["job_measure_1"] + 0.3 * generator.normal(size=rows))
    watched = generator.uniform(45, 180, rows)
    offered = (frame["is_offered"] == 1) & (took < watched)
    frame["days_to_offer_lower"] = np.where(offered, took, watched)
    frame["days_to_offer_upper"] = np.where(offered, took, np.nan)
    pay = np.exp(11 + 0.35 * frame["cv_measure_1"] + 0.15 * generator.normal(size=rows))
    frame["offer_salary_usd"] = np.where(frame["is_offered"] == 1, pay, np.nan)
    frame["feature_at"] = BEGINNING + pd.to_timedelta(
        np.sort(generator.uniform(0, days * 86_400, rows)).round(), "s"
    )
    frame["application_id"] = [f"application-{number:06d}" for number in range(rows)]
    frame["subject_id"] = [f"subject-{number}" for number in generator.integers(0, rows // 3 + 1, rows)]
    frame["job_id"] = [f"job-{number:05d}" for number in generator.integers(0, rows // 5 + 1, rows)]
    frame["cv_id"] = "cv-" + frame["subject_id"]
    return frame


def make_pairs(rows: int = 600, *, seed: int = 2, jobs: int = 90) -> pd.DataFrame:
    """Pairs to score."""
    generator = np.random.default_rng(seed)
    frame = draw_features(rows, generator)
    frame["cv_id"] = [f"cv-{number:05d}" for number in range(rows)]
    frame["subject_id"] = "subject-of-" + frame["cv_id"]
    frame["job_id"] = [f"job-{number:05d}" for number in generator.integers(0, jobs, rows)]
    frame["feature_at"] = BEGINNING + pd.Timedelta(days=180)
    frame["horizon_at"] = frame["feature_at"]
    frame["is_stale"] = frame["job_id"].str.endswith("7")
    frame["feature_hash"] = [f"hash-{seed}-{number}" for number in range(rows)]
    return frame


def write_feature_store(
    connection: psycopg.Connection, examples: pd.DataFrame, pairs: pd.DataFrame | None = None
) -> None:
    """Create the three tables that learning reads, with the columns of the real ones."""
    connection.execute("drop table if exists features.feature_declarations")
    connection.execute(
        "create table features.feature_declarations (feature text, data_type text, entity text, "
        "group_name text, is_model_input boolean)"
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into features.feature_declarations values (%s, %s, %s, 'test', true)",
            [(feature.name, feature.kind, feature.entity) for feature in FEATURES],
        )
    columns = {
        "application_id": "text",
        "subject_id": "text",
        "cv_id": "text",
        "job_id": "text",
        "feature_at": "timestamptz",
        **{feature.name: TYPES[feature.kind] for feature in FEATURES},
        **LABEL_COLUMNS,
    }
    _write(connection, "training_examples", columns, examples)
    if pairs is not None:
        write_pairs(connection, pairs)


def write_pairs(connection: psycopg.Connection, pairs: pd.DataFrame) -> None:
    """Create ``features.scoring_pairs`` anew."""
    columns = {
        "cv_id": "text",
        "cv_version": "integer",
        "job_id": "text",
        "subject_id": "text",
        "feature_at": "timestamptz",
        "horizon_at": "timestamptz",
        "feature_hash": "text",
        "is_stale": "boolean",
        **{feature.name: TYPES[feature.kind] for feature in FEATURES},
    }
    _write(connection, "scoring_pairs", columns, pairs.assign(cv_version=1))


def _write(connection: psycopg.Connection, table: str, columns: dict[str, str], frame: pd.DataFrame) -> None:
    name = sql.Identifier("features", table)
    declared = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind)) for column, kind in columns.items()
    )
    connection.execute(sql.SQL("drop table if exists {}").format(name))
    connection.execute(sql.SQL("create table {} ({})").format(name, declared))
    with connection.cursor().copy(sql.SQL("copy {} from stdin").format(name)) as copy:
        for row in frame[list(columns)].astype(object).itertuples(index=False, name=None):
            values = zip(row, columns.values(), strict=True)
            copy.write_row([None if pd.isna(value) else _typed(value, kind) for value, kind in values])
    connection.commit()


def _typed(value: object, kind: str) -> object:
    return bool(value) if kind == "boolean" else value


@cache
def _empty_store() -> Path:
    """A MLflow store with its tables, made once a session: making them takes seconds."""
    import mlflow

    file = Path(mkdtemp(prefix="mlflow_template_")) / "mlflow.db"
    mlflow.MlflowClient(f"sqlite:///{file}").search_experiments()
    return file


def new_mlflow_store(folder: Path) -> ModelStore:
    """An empty MLflow store of this test's own."""
    shutil.copy(_empty_store(), folder / "mlflow.db")
    return ModelStore(f"sqlite:///{folder / 'mlflow.db'}", b"the key of these tests")
