"""What this plant has not made is not opened: altered, foreign and unsigned models are refused."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import mlflow
import psycopg
import pytest
from learning_world import make_examples, make_pairs, new_mlflow_store, write_feature_store

from cvplus.operations import learning
from ml import tasks
from ml.batch_scoring import score
from ml.config import load_models_config
from ml.registry import CHAMPION_ALIAS, MODEL_ID_TAG, ModelStore, Registry
from ml.signing import SIGNATURE, ModelRefused, require_signed, sign_folder

NAME = load_models_config().model_name
KEY = b"the plant's"


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    """A signed folder of two files."""
    folder = tmp_path / "model"
    (folder / "boosters").mkdir(parents=True)
    (folder / "predictor.json").write_text("{}")
    (folder / "boosters" / "offer.ubj").write_bytes(b"\0\1")
    sign_folder(folder, "a model", KEY)
    return folder


def test_what_was_signed_is_accepted(signed: Path) -> None:
    require_signed(signed, "a model", KEY)
    (signed / "boosters" / "offer.ubj").unlink()
    require_signed(signed, "a model", KEY, frozenset({"predictor.json"}))
    with pytest.raises(ModelRefused, match=r"boosters/offer\.ubj"):
        require_signed(signed, "a model", KEY)


def alter_a_file(folder: Path) -> None:
    (folder / "predictor.json").write_text('{"offset": 1}')


def add_a_file(folder: Path) -> None:
    (folder / "setup.py").write_text("print('mine')")


def take_a_file(folder: Path) -> None:
    (folder / "boosters" / "offer.ubj").unlink()


def take_the_signature(folder: Path) -> None:
    (folder / SIGNATURE).unlink()


def break_the_signature(folder: Path) -> None:
    (folder / SIGNATURE).write_text("[]")


def sign_with_another_key(folder: Path) -> None:
    alter_a_file(folder)
    sign_folder(folder, "a model", b"a stranger's")


def sign_the_digests_only(folder: Path) -> None:
    before = json.loads((folder / SIGNATURE).read_text())["signature"]
    sign_with_another_key(folder)
    document = json.loads((folder / SIGNATURE).read_text())
    (folder / SIGNATURE).write_text(json.dumps(document | {"signature": before}))


@pytest.mark.parametrize(
    ("harm", "cause"),
    [
        (alter_a_file, r"predictor\.json"),
        (add_a_file, r"setup\.py"),
        (take_a_file, r"boosters/offer\.ubj"),
        (take_the_signature, "carries no signature"),
        (break_the_signature, "damaged"),
        (sign_with_another_key, "not this plant's"),
        (sign_the_digests_only, "not this plant's"),
    ],
)
def test_what_was_harmed_is_refused(signed: Path, harm: Callable[[Path], None], cause: str) -> None:
    harm(signed)
    with pytest.raises(ModelRefused, match=cause):
        require_signed(signed, "a model", KEY)


def test_the_files_of_another_model_are_refused(signed: Path) -> None:
    with pytest.raises(ModelRefused, match="not this plant's"):
        require_signed(signed, "another model", KEY)


@pytest.fixture
def store(
    warehouse: psycopg.Connection, warehouse_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ModelStore:
    """A store with two versions that were promoted one after the other, and the plant's settings for it."""
    write_feature_store(warehouse, make_examples(), make_pairs())
    found = new_mlflow_store(tmp_path)
    artifacts = tmp_path / "artifacts"
    for seed in (0, 4):
        write_feature_store(warehouse, make_examples(seed=seed), make_pairs())
        made = tasks.train(warehouse_url, found, training_rows=50_000, artifact_folder=artifacts)
        reason = {"decided_by": "ana", "reason": "a test"}
        tasks.set_champion(warehouse_url, found, made["model_version"], **reason)
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", warehouse_url)
    monkeypatch.setenv("CVPLUS_MLFLOW_URL", found.url)
    monkeypatch.setenv("CVPLUS_MODEL_KEY", found.key.decode())
    return found


def files_of(store: ModelStore, version: str) -> Path:
    """Where the store keeps the predictor of a version."""
    Registry(store, NAME).client()
    found = mlflow.artifacts.download_artifacts(f"models:/{NAME}/{version}")
    return Path(found) / "artifacts" / "predictor"


def alerts(warehouse: psycopg.Connection) -> list[tuple[str, str]]:
    warehouse.commit()
    return warehouse.execute(
        "select state, message from ops.alerts where rule = 'model_refused' order by first_seen_at"
    ).fetchall()


def test_an_altered_champion_does_not_serve_and_the_one_before_it_does(
    store: ModelStore, warehouse: psycopg.Connection
) -> None:
    assert learning.serving_version() == "2"
    assert alerts(warehouse) == []
    file = files_of(store, "2") / "predictor.json"
    whole = file.read_text()
    file.write_text(whole.replace('"seed": ', '"seed": 1'))
    assert learning.serving_version() == "1"
    [(state, message)] = alerts(warehouse)
    assert state == "open"
    assert "Champion 2" in message
    assert "version 1 serves" in message
    file.write_text(whole)
    assert learning.serving_version() == "2"
    assert [state for state, _ in alerts(warehouse)] == ["closed"]


def test_a_version_that_a_stranger_registered_runs_no_code_and_does_not_serve(
    store: ModelStore, warehouse: psycopg.Connection, tmp_path: Path
) -> None:
    mark = tmp_path / "code_ran"
    hostile = tmp_path / "hostile"
    shutil.copytree(files_of(store, "2").parents[1], hostile)
    for code in hostile.rglob("*.py"):
        code.write_text(f"open({str(mark)!r}, 'w').close()\n")
    registry = Registry(store, NAME)
    client = registry.client()
    tags = {MODEL_ID_TAG: client.get_model_version(NAME, "2").tags[MODEL_ID_TAG]}
    (hostile / "artifacts" / "predictor" / SIGNATURE).unlink()
    made = client.create_model_version(NAME, hostile.as_uri(), tags=tags)
    client.set_registered_model_alias(NAME, CHAMPION_ALIAS, made.version)
    assert registry.champion() == str(made.version) == "3"
    assert learning.serving_version() == "2"
    assert not mark.exists()
    with pytest.raises(ModelRefused):
        score(str(warehouse.info.dsn), store, "3")
    assert not mark.exists()


def test_without_any_good_version_nothing_serves(store: ModelStore, warehouse: psycopg.Connection) -> None:
    for version in ("1", "2"):
        (files_of(store, version) / SIGNATURE).unlink()
    assert learning.serving_version() is None
    [(_, message)] = alerts(warehouse)
    assert "nothing is scored" in message


def test_a_refused_champion_is_replaced_by_the_next_that_passes(
    store: ModelStore, warehouse: psycopg.Connection, warehouse_url: str, tmp_path: Path
) -> None:
    (files_of(store, "2") / SIGNATURE).unlink()
    write_feature_store(warehouse, make_examples(seed=7), make_pairs())
    made = tasks.train(warehouse_url, store, training_rows=50_000, artifact_folder=tmp_path / "artifacts")
    assert tasks.decide_promotion(warehouse_url, store, made["model_version"])["is_champion"]
    assert learning.serving_version() == made["model_version"]
