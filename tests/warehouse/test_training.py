"""Training against a real warehouse and a real MLflow store: once, reproducible, restartable, gated."""

from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from killed_process import run_until_killed
from learning_world import make_examples, make_pairs, new_mlflow_store, write_feature_store

from ml import tasks
from ml.batch_scoring import score
from ml.config import load_models_config
from ml.datasets import SnapshotEmpty
from ml.leak_check import FeatureTooGood
from ml.registry import ModelStore, Registry

CONFIG = load_models_config()


@dataclass(frozen=True)
class World:
    """A warehouse with a feature store and an empty MLflow store."""

    warehouse: psycopg.Connection
    url: str
    store: ModelStore
    artifacts: Path

    def train(self) -> dict:
        return tasks.train(
            self.url,
            self.store,
            training_rows=50_000,
            artifact_folder=self.artifacts,
            data_origin="simulated",
        )

    def decide(self, version: str) -> dict:
        return tasks.decide_promotion(self.url, self.store, version)

    @property
    def registry(self) -> Registry:
        return Registry(self.store, CONFIG.model_name, self.artifacts)

    def versions(self) -> list[str]:
        found = self.registry.client().search_model_versions(f"name = '{CONFIG.model_name}'")
        return sorted(str(one.version) for one in found)

    def rows(self, query: str) -> list[tuple]:
        self.warehouse.commit()
        return self.warehouse.execute(query).fetchall()


@pytest.fixture
def world(warehouse: psycopg.Connection, warehouse_url: str, tmp_path: Path) -> World:
    write_feature_store(warehouse, make_examples(), make_pairs())
    return World(warehouse, warehouse_url, new_mlflow_store(tmp_path), tmp_path / "artifacts")


def test_a_model_is_trained_registered_and_promoted(world: World) -> None:
    made = world.train()
    assert made["is_new"]
    assert "evaluate  |" in made["splits"]
    decision = world.decide(made["model_version"])
    assert decision["is_promoted"], decision["summary"]
    assert world.registry.champion() == made["model_version"]
    evaluations = {
        target: (is_trained, metrics)
        for target, is_trained, metrics in world.rows(
            "select target, is_trained, metrics from ops.model_evaluations"
        )
    }
    assert set(evaluations) == {
        "interview_probability",
        "offer_probability",
        "salary_prediction",
        "time_to_hire",
        "competitiveness_score",
    }
    is_trained, metrics = evaluations["interview_probability"]
    assert is_trained
    assert metrics["data_origin"] == "simulated"
    assert metrics["log_loss_improvement"]["low"] > 0
    assert metrics["comparison"][0]["metric"] == "log_loss"
    assert world.rows("select count(*) from ops.feature_importances")[0][0] > 0
    assert world.rows("select from_version, to_version, is_promoted from ops.promotions") == [
        (None, made["model_version"], True)
    ]


def test_the_registered_version_says_how_to_make_it_again(world: World) -> None:
    version = world.train()["model_version"]
    client = world.registry.client()
    found = client.get_model_version(CONFIG.model_name, version)
    assert {"cvplus.model_id", "cvplus.data_snapshot", "cvplus.code_version"} <= set(found.tags)
    run = client.get_run(str(found.run_id))
    assert run.data.metrics["interview_probability.log_loss_improvement.low"] > 0
    artifacts = {item.path for item in client.list_artifacts(str(found.run_id))}
    assert {"confusion_matrix.json", "splits.txt", "feature_schema.json"} <= artifacts


def test_the_served_pyfunc_answers_as_the_predictor_does(world: World) -> None:
    import mlflow

    version = world.train()["model_version"]
    predictor = world.registry.load(version)
    pairs = make_pairs(50)[predictor.encoder.names]
    served = mlflow.pyfunc.load_model(f"models:/{CONFIG.model_name}/{version}")
    assert served.metadata.signature is not None
    assert served.predict(pairs).equals(predictor.predict(pairs))


def test_training_again_on_the_same_data_adds_no_version(world: World) -> None:
    first = world.train()
    decided = world.decide(first["model_version"])
    second = world.train()
    again = world.decide(second["model_version"])
    assert (second["model_version"], second["is_new"]) == (first["model_version"], False)
    assert world.versions() == [first["model_version"]]
    assert decided["is_champion"]
    assert again["is_champion"]
    assert world.rows("select count(*) from ops.promotions") == [(1,)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "place", ["ml.predictor:Predictor.save", "mlflow:register_model", "ml.tasks:write_evaluations"]
)
def test_a_kill_at_any_step_and_a_rerun_leave_one_version(world: World, place: str) -> None:
    options = {"training_rows": 50_000, "artifact_folder": world.artifacts, "data_origin": "simulated"}
    run_until_killed(place, 1, "train", world.url, world.store, **options)
    assert world.rows("select count(*) from ops.model_evaluations") == [(0,)]
    made = world.train()
    assert world.versions() == [made["model_version"]]
    assert world.rows("select count(distinct model_version), count(*) from ops.model_evaluations") == [(1, 5)]


@pytest.mark.slow
def test_a_kill_between_decision_and_alias_is_finished_by_the_next_try(world: World) -> None:
    version = world.train()["model_version"]
    place = "ml.registry:Registry.set_champion"
    run_until_killed(place, 1, "decide_promotion", world.url, world.store, version)
    assert world.registry.champion() is None
    assert world.decide(version)["is_champion"]
    assert world.registry.champion() == version
    assert world.rows("select count(*) from ops.promotions") == [(1,)]


def test_noise_claims_no_gain_and_does_not_replace_a_champion(world: World) -> None:
    champion = world.train()["model_version"]
    world.decide(champion)
    write_feature_store(world.warehouse, make_examples(signal=0, seed=9))
    noise = world.train()
    assert noise["is_new"]
    decision = world.decide(noise["model_version"])
    assert not decision["is_promoted"]
    failed = {reason["rule"] for reason in decision["reasons"] if not reason["is_passed"]}
    assert "better_than_base_rate" in failed
    assert world.registry.champion() == champion


def test_a_persons_later_decision_is_not_undone(world: World) -> None:
    first = world.train()["model_version"]
    world.decide(first)
    write_feature_store(world.warehouse, make_examples(seed=4))
    second = world.train()["model_version"]
    assert world.decide(second)["is_champion"]
    tasks.set_champion(world.url, world.store, first, decided_by="ana", reason="pay looked wrong")
    assert not world.decide(second)["is_champion"]
    assert world.registry.champion() == first
    assert [row[0] for row in world.rows("select decided_by from ops.promotions order by decided_at")] == [
        "train_models",
        "train_models",
        "ana",
    ]


def test_without_offers_only_interviews_are_learnt_and_the_rest_says_why(world: World) -> None:
    examples = make_examples().assign(
        is_offered=0.0, offer_salary_usd=None, days_to_offer_lower=60.0, days_to_offer_upper=None
    )
    write_feature_store(world.warehouse, examples, make_pairs())
    made = world.train()
    trained = dict(world.rows("select target, is_trained from ops.model_evaluations"))
    assert trained == {
        "interview_probability": True,
        "offer_probability": False,
        "salary_prediction": False,
        "time_to_hire": False,
        "competitiveness_score": True,
    }
    world.decide(made["model_version"])
    score(world.url, world.store, made["model_version"])
    [(reasons, offers, scores)] = world.rows(
        "select distinct missing_reasons, max(offer_probability) over (), "
        "min(competitiveness_score) over () is not null from predictions.predictions"
    )
    assert set(reasons) == {"offer_probability", "salary_prediction", "time_to_hire"}
    assert offers is None
    assert scores


def test_an_empty_store_is_a_clear_refusal(world: World) -> None:
    write_feature_store(world.warehouse, make_examples(50).assign(is_interviewed=None))
    with pytest.raises(SnapshotEmpty, match="label window"):
        world.train()


def plant(world: World, leak: str) -> None:
    """Declare a feature of the training examples that is made of the outcome."""
    world.warehouse.execute(
        f"alter table features.training_examples add column planted double precision; "
        f"update features.training_examples set planted = {leak}; "
        f"insert into features.feature_declarations values ('planted', 'number', 'cv', 'test', true)"
    )
    world.warehouse.commit()


def test_a_feature_too_good_to_be_true_stops_the_run_with_its_name(world: World) -> None:
    plant(world, "is_interviewed::integer + 0.001 * cv_measure_1")
    with pytest.raises(
        FeatureTooGood, match=r"planted for interview_probability \(AUC .*leak_check\.allowed"
    ):
        world.train()
    assert world.versions() == []


def test_a_leak_that_hides_among_honest_features_is_named_by_its_sudden_gain(world: World) -> None:
    champion = world.train()["model_version"]
    world.decide(champion)
    # Alone it tells less than the limit; with the others the model is better than it can be.
    plant(world, "is_interviewed::integer + 0.8 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())")
    with pytest.raises(FeatureTooGood, match=r"planted for interview_probability \(share of importance"):
        world.train()
    assert world.versions() == [champion]
    assert world.registry.champion() == champion


def test_an_honest_new_market_is_trained_on_beside_a_champion(world: World) -> None:
    world.decide(world.train()["model_version"])
    for seed in (4, 7):
        write_feature_store(world.warehouse, make_examples(seed=seed))
        assert world.train()["is_new"]
