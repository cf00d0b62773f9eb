"""Features and configuration change, champions live: each version is read and judged by what it carries."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import psycopg
import pytest
from learning_world import make_examples, make_pairs, new_mlflow_store, write_feature_store

from cvplus.operations import learning
from cvplus.operations.champion_commands import main
from ml import batch_scoring, comparison, tasks
from ml.batch_scoring import score
from ml.comparison import NotCompared
from ml.config import ModelsConfig, load_models_config
from ml.feature_columns import FeatureMissing
from ml.predictor import FORMAT
from ml.promotion import CHAMPION_JUDGED_WHOLE
from ml.registry import MODEL_ID_TAG, ModelStore, Registry
from ml.signing import ModelUnreadable, sign_folder

CONFIG = load_models_config()
NAME = CONFIG.model_name


@dataclass(frozen=True)
class World:
    """A plant with a champion, which was trained before anything changed."""

    warehouse: psycopg.Connection
    url: str
    store: ModelStore
    artifacts: Path

    def train(self, config: ModelsConfig | None = None) -> str:
        made = tasks.train(
            self.url, self.store, training_rows=50_000, artifact_folder=self.artifacts, config=config
        )
        return str(made["model_version"])

    def decide(self, version: str) -> dict[str, Any]:
        return tasks.decide_promotion(self.url, self.store, version)

    def change(self, *statements: str) -> None:
        for statement in statements:
            self.warehouse.execute(statement)
        self.warehouse.commit()

    def rows(self, query: str) -> list[tuple]:
        self.warehouse.commit()
        return self.warehouse.execute(query).fetchall()

    def alerts(self, rule: str) -> list[tuple[str, str, str]]:
        return self.rows(
            f"select subject, state, message from ops.alerts where rule = '{rule}' order by first_seen_at"
        )

    @property
    def registry(self) -> Registry:
        return Registry(self.store, NAME, self.artifacts)

    def rewrite(self, version: str, edit: Callable[[dict[str, Any]], None]) -> None:
        """Make a version look as if another plant's code had written, and signed, it."""
        model_id = self.registry.client().get_model_version(NAME, version).tags[MODEL_ID_TAG]
        found = mlflow.artifacts.download_artifacts(f"models:/{NAME}/{version}")
        folder = Path(found) / "artifacts" / "predictor"
        document = json.loads((folder / "predictor.json").read_text())
        edit(document)
        (folder / "predictor.json").write_text(json.dumps(document))
        (folder / "signature.json").unlink()
        sign_folder(folder, model_id, self.store.key)


@pytest.fixture
def world(
    warehouse: psycopg.Connection, warehouse_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    write_feature_store(warehouse, make_examples(), make_pairs())
    world = World(warehouse, warehouse_url, new_mlflow_store(tmp_path), tmp_path / "artifacts")
    assert world.decide(world.train())["is_champion"]
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", warehouse_url)
    monkeypatch.setenv("CVPLUS_MLFLOW_URL", world.store.url)
    monkeypatch.setenv("CVPLUS_MODEL_KEY", world.store.key.decode())
    return world


def before_a_key_came(document: dict[str, Any]) -> None:
    """As versions are that were trained before keys came which today's configuration requires."""
    del document["config"]["scoring"]["time_to_live_days"]
    del document["config"]["evaluation"]
    del document["format"]


def before_a_key_went(document: dict[str, Any]) -> None:
    document["config"]["boosting"]["patience"] = 3
    document["config"]["input_check"]["whims"] = {"value": 1, "reason": "It was tried for a while."}


@pytest.mark.parametrize("edit", [before_a_key_came, before_a_key_went])
def test_a_champion_of_another_configuration_is_read_scored_and_judged(
    world: World, edit: Callable[[dict[str, Any]], None]
) -> None:
    world.rewrite("1", edit)
    assert learning.serving_version() == "1"
    assert score(world.url, world.store, "1")["predictions"] == 600
    write_feature_store(world.warehouse, make_examples(seed=4), make_pairs())
    second = world.train()
    reasons = {reason["rule"]: reason for reason in world.decide(second)["reasons"]}
    assert abs(reasons["not_worse_than_champion"]["value"]) < 0.05


def test_a_version_is_served_by_its_own_limits_and_not_by_todays(world: World) -> None:
    def strict(document: dict[str, Any]) -> None:
        document["config"]["input_check"]["outside_share"]["value"] = -1.0

    world.rewrite("1", strict)
    assert score(world.url, world.store, "1")["out_of_distribution"] == 600


def from_tomorrow(document: dict[str, Any]) -> None:
    document["format"] = FORMAT + 1


def without_calibration(document: dict[str, Any]) -> None:
    del document["calibrations"]


@pytest.mark.parametrize(
    ("edit", "cause"),
    [(from_tomorrow, f"of format {FORMAT + 1}"), (without_calibration, "has no calibrations")],
)
def test_a_champion_that_cannot_be_read_is_named_and_the_one_before_it_serves(
    world: World, edit: Callable[[dict[str, Any]], None], cause: str
) -> None:
    write_feature_store(world.warehouse, make_examples(seed=4), make_pairs())
    assert world.decide(world.train())["is_champion"]
    world.rewrite("2", edit)
    with pytest.raises(ModelUnreadable, match=cause):
        world.registry.load("2")
    assert learning.serving_version() == "1"
    [(_, state, message)] = world.alerts("model_unreadable")
    assert state == "open"
    assert "Champion 2" in message
    assert "version 1 serves" in message
    # Training goes on, and what is new must hold its own against the version that serves.
    write_feature_store(world.warehouse, make_examples(seed=7), make_pairs())
    decided = world.decide(world.train())
    assert decided["from_version"] == "1"
    assert "not_worse_than_champion" in {reason["rule"] for reason in decided["reasons"]}
    assert decided["is_champion"]
    assert learning.serving_version() == "3"
    assert [state for _, state, _ in world.alerts("model_unreadable")] == ["closed"]


def vanish(table: str) -> str:
    return f"alter table features.{table} drop column cv_measure_0"


def rename(table: str) -> str:
    return f"alter table features.{table} rename column cv_measure_0 to cv_measure_first"


def retype(table: str) -> str:
    return f"alter table features.{table} alter column cv_measure_0 type text using 'much'"


CHANGES = [(vanish, "gone"), (rename, "gone"), (retype, "now text, learnt from as a number")]


@pytest.mark.parametrize(("change", "told"), CHANGES)
def test_a_feature_that_the_champion_needs_is_named_before_any_pair_is_read(
    world: World, change: Callable[[str], str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.change(change("scoring_pairs"))
    monkeypatch.setattr(batch_scoring, "stream_pairs", lambda *_: pytest.fail("pairs were read"))
    with pytest.raises(FeatureMissing, match=rf"version 1 needs .*scoring_pairs .*: cv_measure_0 \({told}\)"):
        learning.score_pairs("1", "score_batch", "run")
    [(subject, state, message)] = world.alerts("feature_missing")
    assert (subject, state) == ("features.scoring_pairs", "open")
    assert "cv_measure_0" in message
    monkeypatch.undo()


def test_when_the_feature_is_back_scoring_goes_on_and_the_alert_closes(world: World) -> None:
    world.change(rename("scoring_pairs"))
    with pytest.raises(FeatureMissing):
        learning.score_pairs("1", "score_batch", "run")
    world.change("alter table features.scoring_pairs rename column cv_measure_first to cv_measure_0")
    assert learning.score_pairs("1", "score_batch", "run") == 600
    assert [state for _, state, _ in world.alerts("feature_missing")] == ["closed"]


@pytest.mark.parametrize(("change", "told"), CHANGES)
def test_a_worse_model_does_not_replace_a_champion_whose_feature_vanished(
    world: World, change: Callable[[str], str], told: str
) -> None:
    world.change(
        change("training_examples"),
        "delete from features.feature_declarations where feature = 'cv_measure_0'",
    )
    second = world.train()
    losses = dict(
        world.rows(
            "select model_version, (metrics -> 'log_loss' ->> 'value')::double precision "
            "from ops.model_evaluations where target = 'interview_probability'"
        )
    )
    assert losses[second] - losses["1"] > 0.05
    assert not learning.promote_model(second, "train_models", "run")
    assert world.registry.champion() == "1"
    [(reasons,)] = world.rows(f"select reasons from ops.promotions where to_version = '{second}'")
    told_of = {reason["rule"]: reason for reason in reasons}
    # Against what is left of the champion it would have won: this is the door.
    assert told_of["not_worse_than_champion"]["is_passed"]
    assert told_of["not_worse_than_champion"]["value"] > 0
    refusal = told_of[CHAMPION_JUDGED_WHOLE]
    assert not refusal["is_passed"]
    assert f"cv_measure_0 ({told})" in refusal["text"]
    assert refusal["champion_log_loss"] == pytest.approx(losses["1"])
    assert refusal["log_loss"] == pytest.approx(losses[second])
    [(subject, state, _)] = world.alerts("feature_missing")
    assert (subject, state) == ("features.training_examples", "open")
    # A person may decide so.
    tasks.set_champion(
        world.url, world.store, second, decided_by="ana", reason="the feature is gone for good"
    )
    assert learning.serving_version() == second


def test_a_feature_that_is_no_input_any_more_is_still_the_champions(world: World) -> None:
    world.change("update features.feature_declarations set is_model_input = feature <> 'cv_measure_0'")
    second = world.train()
    decided = world.decide(second)
    told_of = {reason["rule"]: reason for reason in decided["reasons"]}
    assert CHAMPION_JUDGED_WHOLE not in told_of
    assert told_of["not_worse_than_champion"]["value"] < -0.05
    assert not decided["is_champion"]


def test_a_feature_that_no_tree_asks_for_may_go(world: World) -> None:
    world.change(
        "alter table features.training_examples add column hollow double precision",
        "alter table features.scoring_pairs add column hollow double precision",
        "insert into features.feature_declarations values ('hollow', 'number', 'cv', 'test', true)",
    )
    second = world.train()
    tasks.set_champion(world.url, world.store, second, decided_by="ana", reason="a test")
    world.change(
        "alter table features.training_examples drop column hollow",
        "alter table features.scoring_pairs drop column hollow",
        "delete from features.feature_declarations where feature = 'hollow'",
    )
    assert score(world.url, world.store, second)["predictions"] == 600
    # The features of the first version again: the same model.
    assert world.train() == "1"
    decided = world.decide("1")
    assert CHAMPION_JUDGED_WHOLE not in {reason["rule"] for reason in decided["reasons"]}


def test_when_the_feature_is_back_the_same_version_is_judged_anew(world: World) -> None:
    only = "update features.feature_declarations set is_model_input = feature <> 'cv_measure_4'"
    world.change(only, "alter table features.training_examples rename column cv_measure_4 to elsewhere")
    second = world.train()
    first_time = world.decide(second)
    assert CHAMPION_JUDGED_WHOLE in {reason["rule"] for reason in first_time["reasons"]}
    assert not first_time["is_champion"]
    world.change("alter table features.training_examples rename column elsewhere to cv_measure_4")
    assert world.train() == second
    assert world.decide(second)["is_champion"]


def test_the_gate_is_not_passed_without_a_comparison(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    write_feature_store(world.warehouse, make_examples(seed=4), make_pairs())
    second = world.train()
    write_feature_store(world.warehouse, make_examples(seed=7), make_pairs())
    third = world.train()
    assert world.decide(second)["is_champion"]
    with pytest.raises(NotCompared, match="Version 3 was not compared with version 2"):
        world.decide(third)
    assert world.registry.champion() == second
    # As comparisons of before were kept that were skipped.
    old = json.dumps({"champion": second, "reason": "version 2 asks for features that are gone: a"})
    world.registry.client().set_model_version_tag(NAME, third, comparison.COMPARISON_TAG, old)
    with pytest.raises(NotCompared):
        world.decide(third)
    assert world.train() == third
    assert "not_worse_than_champion" in {reason["rule"] for reason in world.decide(third)["reasons"]}


def test_a_champion_that_does_not_predict_the_primary_target_is_no_measure(world: World) -> None:
    def forget(document: dict[str, Any]) -> None:
        document["boosters"].remove("interview_probability")

    world.rewrite("1", forget)
    write_feature_store(world.warehouse, make_examples(seed=4), make_pairs())
    decided = world.decide(world.train())
    told = {reason["rule"]: reason for reason in decided["reasons"]}
    assert "does not predict interview_probability" in told[CHAMPION_JUDGED_WHOLE]["text"]
    assert not decided["is_promoted"]


def test_a_declared_feature_that_is_no_column_is_named_before_training(world: World) -> None:
    world.change(retype("training_examples"), "alter table features.training_examples drop column is_remote")
    with pytest.raises(FeatureMissing, match=r"cv_measure_0 \(now text, .*\), is_remote \(gone\)"):
        world.train()


def test_a_person_sets_the_champion_from_the_command_line(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.change(
        vanish("training_examples"),
        "delete from features.feature_declarations where feature = 'cv_measure_0'",
    )
    second = world.train()
    learning.promote_model(second, "train_models", "run")
    assert main(["list"]) == 0
    told = capsys.readouterr().out
    assert "kept out" in told
    assert "promoted" in told
    assert main(["set", "9", "--reason", "a slip"]) == 1
    assert "There is no model version 9" in capsys.readouterr().out
    assert main(["set", second, "--reason", "the feature is gone for good", "--who", "ana"]) == 0
    assert learning.serving_version() == second
    assert [state for _, state, _ in world.alerts("feature_missing")] == ["closed"]
    assert world.rows("select decided_by from ops.promotions order by decided_at desc limit 1") == [("ana",)]
