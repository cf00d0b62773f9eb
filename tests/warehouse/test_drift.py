"""Drift against a real warehouse: says so without a champion, writes once, asks for a retraining."""

from pathlib import Path

import pandas as pd
import psycopg
import pytest
from learning_world import BEGINNING, NUMBERS, make_examples, new_mlflow_store, write_feature_store

from cvplus.quality.drift import monitor_drift
from ml import tasks
from ml.registry import ModelStore


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return new_mlflow_store(tmp_path)


def recent(*, shift: float) -> pd.DataFrame:
    """Young applications without outcomes, and somewhat older ones with."""
    frame = make_examples(4000, seed=5, days=50)
    for feature in NUMBERS:
        frame[feature.name] += shift
    frame["feature_at"] += pd.Timedelta(days=140)
    frame["application_id"] = "recent-" + frame["application_id"]
    frame.loc[frame["feature_at"] > BEGINNING + pd.Timedelta(days=162), "is_interviewed"] = None
    return frame


def test_without_a_champion_it_says_so(warehouse_url: str, store: ModelStore, tmp_path: Path) -> None:
    result = monitor_drift(warehouse_url, store, tmp_path)
    assert not result["asks_for_retraining"]
    assert "No model is champion" in result["message"]


def test_a_moved_market_is_written_once_and_asks_for_a_retraining(
    warehouse: psycopg.Connection, warehouse_url: str, store: ModelStore, tmp_path: Path
) -> None:
    examples = make_examples()
    write_feature_store(warehouse, examples)
    made = tasks.train(warehouse_url, store, training_rows=50_000, artifact_folder=tmp_path / "artifacts")
    assert tasks.decide_promotion(warehouse_url, store, made["model_version"])["is_champion"]

    write_feature_store(warehouse, pd.concat([examples, recent(shift=0.0)]))
    calm = monitor_drift(warehouse_url, store, tmp_path / "drift")
    assert not calm["asks_for_retraining"], calm["message"]
    assert calm["drifted"] == []

    write_feature_store(warehouse, pd.concat([examples, recent(shift=0.8)]))
    moved = monitor_drift(warehouse_url, store, tmp_path / "drift")
    assert moved["asks_for_retraining"], moved["message"]
    assert Path(moved["report_path"]).is_file()
    monitor_drift(warehouse_url, store, tmp_path / "drift")
    rows = warehouse.execute(
        "select count(*), count(*) filter (where is_drifted), min(model_version) from ops.drift"
    ).fetchall()
    assert rows == [(14, 10, made["model_version"])]
