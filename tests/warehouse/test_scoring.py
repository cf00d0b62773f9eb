"""Scoring against a real warehouse: written once, whatever the chunk, wherever it was killed."""

from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pytest
from killed_process import run_until_killed
from learning_world import make_examples, make_pairs, new_mlflow_store, write_feature_store, write_pairs

from cvplus.operations import learning
from ml import tasks
from ml.batch_scoring import score
from ml.config import ModelsConfig, load_models_config
from ml.registry import ModelStore

CONFIG = load_models_config()
PREDICTION_QUERIES = Path(__file__).parent / "prediction_queries"
TABLES = ("predictions", "prediction_reasons", "prediction_audit")
# When something was written is not what was written.
CLOCKS = "- 'scored_at' - 'accessed_at'"


def with_chunks(rows: int) -> ModelsConfig:
    return CONFIG.model_copy(update={"scoring": CONFIG.scoring.model_copy(update={"chunk_rows": rows})})


class World:
    """A warehouse with pairs to score, and a champion."""

    def __init__(self, url: str, store: ModelStore, version: str) -> None:
        self.url, self.store, self.version = url, store, version

    def score(self, chunk_rows: int = 4000, run_name: str | None = None) -> dict[str, Any]:
        config = with_chunks(chunk_rows)
        return score(self.url, self.store, self.version, run_name=run_name, config=config)

    def rows(self, query: str) -> list[tuple]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchall()

    def checksums(self) -> list[tuple]:
        return [
            self.rows(
                f"select count(*), md5(string_agg(line, '|' order by line)) from "
                f"(select (to_jsonb(t) {CLOCKS})::text as line from predictions.{table} as t) as lines"
            )[0]
            for table in TABLES
        ]

    def forget(self) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute("truncate predictions.predictions cascade")

    def replace_pairs(self, pairs: pd.DataFrame) -> None:
        with psycopg.connect(self.url) as connection:
            write_pairs(connection, pairs)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, postgres_server: object) -> tuple[str, str, str]:
    """(warehouse database, MLflow URL, version): trained once for this file."""
    folder: Path = tmp_path_factory.mktemp("scoring")
    name = "scoring_template"
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:  # type: ignore[attr-defined]
        connection.execute(f"create database {name} template template_warehouse")
    url = postgres_server.url(name)  # type: ignore[attr-defined]
    with psycopg.connect(url) as connection:
        write_feature_store(connection, make_examples(), make_pairs())
    store = new_mlflow_store(folder)
    made = tasks.train(url, store, training_rows=50_000, artifact_folder=folder / "artifacts")
    tasks.decide_promotion(url, store, made["model_version"])
    return url, store, made["model_version"]


@pytest.fixture
def world(trained: tuple[str, str, str]) -> World:
    world = World(*trained)
    world.forget()
    world.replace_pairs(make_pairs())
    return world


def test_every_pair_is_predicted_and_explained(world: World) -> None:
    written = world.score()
    assert written["predictions"] == 600
    [(low, high, scores, versions, currency)] = world.rows(
        "select min(interview_probability), max(interview_probability), "
        "count(distinct round(competitiveness_score::numeric, 6)), count(distinct model_version), "
        "min(salary_currency) from predictions.predictions"
    )
    assert 0 < low < high < 1
    assert scores > 300
    assert (versions, currency) == (1, "USD")
    assert world.rows(
        "select count(*) from predictions.predictions where not (salary_low <= salary_median "
        "and salary_median <= salary_high and time_to_hire_days_low <= time_to_hire_days "
        "and time_to_hire_days <= time_to_hire_days_high and offer_probability <= interview_probability)"
    ) == [(0,)]
    targets = dict(
        world.rows(
            "select target, count(distinct prediction_id) from predictions.prediction_reasons group by 1"
        )
    )
    assert targets["interview_probability"] == 600
    strongest = world.rows(
        "select feature from predictions.prediction_reasons where target = 'interview_probability' "
        "and rank = 1 group by 1 order by count(*) desc limit 1"
    )
    assert strongest == [("cv_measure_0",)]
    assert world.rows("select distinct access_id, access, accessed_by from predictions.prediction_audit") == [
        ("made", "made", "score_batch")
    ]


def test_a_prediction_says_whether_its_job_is_from_a_stale_source(world: World) -> None:
    world.score()
    assert world.rows(
        "select distinct is_stale, job_id like '%7' from predictions.predictions order by 1"
    ) == [(False, False), (True, True)]


def test_scoring_again_writes_nothing(world: World) -> None:
    world.score()
    before = world.checksums()
    assert world.score()["predictions"] == 0
    assert world.checksums() == before


@pytest.mark.parametrize("chunk_rows", [1, 37, 250])
def test_the_chunk_size_does_not_change_results(world: World, chunk_rows: int) -> None:
    world.score()
    whole = world.checksums()
    world.forget()
    assert world.score(chunk_rows)["chunks"] > 1
    assert world.checksums() == whole


@pytest.mark.slow
@pytest.mark.parametrize("killed_at", [1, 2])
def test_a_kill_in_the_middle_of_writing_and_a_rerun_give_the_same_tables(
    world: World, killed_at: int
) -> None:
    world.replace_pairs(make_pairs(9000, jobs=2000))
    world.score()
    undisturbed = world.checksums()
    world.forget()
    # Two COPYs a chunk of 4,000: the process dies within the writing of its n-th chunk.
    run_until_killed(
        "ml.scoring:_copy", 2 * killed_at, "ml.batch_scoring:score", world.url, world.store, world.version
    )
    left = world.rows("select count(*) from predictions.predictions")[0][0]
    assert (left > 0) == (killed_at > 1)
    assert left < 9000
    world.score()
    assert world.checksums() == undisturbed


def test_a_new_pair_is_scored_in_the_pool_of_those_scored_before(world: World) -> None:
    everybody = make_pairs()
    world.replace_pairs(everybody[:-1])
    world.score()
    before = world.checksums()[0][0]
    world.replace_pairs(everybody)
    assert world.score()["predictions"] == 1
    assert world.checksums()[0][0] == before + 1
    newest = everybody.iloc[-1]
    query = f"select competitiveness_score from predictions.predictions where cv_id = '{newest['cv_id']}'"
    joined = world.rows(query)
    world.forget()
    world.score()
    assert world.rows(query) == joined


def test_a_pair_whose_features_changed_is_scored_again(world: World) -> None:
    pairs = make_pairs()
    world.score()
    pairs.loc[0, ["cv_measure_0", "feature_hash"]] = [5.0, "changed"]
    world.replace_pairs(pairs)
    assert world.score()["predictions"] == 1
    assert world.rows("select count(*) from predictions.latest_predictions") == [(600,)]


def days_later(days: float, pairs: pd.DataFrame | None = None) -> pd.DataFrame:
    """The same pairs with the same evidence, as of so many days later."""
    pairs = make_pairs() if pairs is None else pairs
    return pairs.assign(feature_at=pairs["feature_at"] + pd.Timedelta(days=days))


def test_a_day_without_news_scores_nothing(world: World) -> None:
    world.score()
    before = world.checksums()
    world.replace_pairs(days_later(1))
    assert world.score()["predictions"] == 0
    assert world.checksums() == before


def test_after_a_day_exactly_the_pair_of_which_there_is_news_is_scored(world: World) -> None:
    world.score()
    pairs = days_later(1)
    pairs.loc[7, "feature_hash"] = "news"
    world.replace_pairs(pairs)
    assert world.score()["predictions"] == 1
    assert world.score()["predictions"] == 0
    newest = "select cv_id, feature_hash from predictions.latest_predictions order by scored_at desc limit 1"
    assert world.rows(newest) == [(pairs.loc[7, "cv_id"], "news")]


def test_a_prediction_past_its_time_to_live_is_made_once_more(world: World) -> None:
    time_to_live = CONFIG.scoring.time_to_live_days.value
    world.score()
    world.replace_pairs(days_later(time_to_live - 0.01))
    assert world.score()["predictions"] == 0
    world.replace_pairs(days_later(time_to_live))
    assert world.score()["predictions"] == 600
    assert world.score()["predictions"] == 0
    world.replace_pairs(days_later(time_to_live + 1))
    assert world.score()["predictions"] == 0
    assert world.rows(
        "select count(*), count(distinct prediction_id), count(distinct feature_at) "
        "from predictions.predictions"
    ) == [(1200, 1200, 2)]
    assert world.rows(
        "select count(*), count(distinct feature_at), max(feature_at) = (select max(feature_at) from "
        "predictions.predictions) from predictions.latest_predictions"
    ) == [(600, 1, True)]


def test_evidence_that_becomes_again_what_it_was_is_news(world: World) -> None:
    world.score()
    changed = days_later(1)
    changed.loc[7, "feature_hash"] = "news"
    world.replace_pairs(changed)
    world.score()
    world.replace_pairs(days_later(2))
    assert world.score()["predictions"] == 1
    assert world.score()["predictions"] == 0
    cv_id = changed.loc[7, "cv_id"]
    assert world.rows(f"select feature_hash from predictions.latest_predictions where cv_id = '{cv_id}'") == [
        ("hash-2-7",)
    ]


def test_an_earlier_horizon_is_scored_for_itself(world: World) -> None:
    world.replace_pairs(days_later(3))
    world.score()
    world.replace_pairs(make_pairs())
    assert world.score()["predictions"] == 600
    assert world.score()["predictions"] == 0


def test_a_value_beyond_computing_sets_its_pair_aside_and_is_not_tried_again(world: World) -> None:
    pairs = make_pairs(50)
    pairs.loc[3, "cv_measure_0"] = float("inf")
    pairs.loc[4, "job_measure_0"] = 1e39
    world.replace_pairs(pairs)
    counts = world.score()
    assert (counts["predictions"], counts["set_aside"]) == (50, 2)
    told = world.rows(
        "select interview_probability, competitiveness_score, missing_reasons ->> 'time_to_hire' "
        "from predictions.predictions where interview_probability is null order by 3"
    )
    assert told == [
        (None, None, "not computed: the value of cv_measure_0 is infinite or too large"),
        (None, None, "not computed: the value of job_measure_0 is infinite or too large"),
    ]
    assert world.score()["predictions"] == 0


def test_stuffed_and_foreign_inputs_are_marked(world: World) -> None:
    pairs = make_pairs(3)
    pairs.loc[0, "cv_measure_2"] = 500.0
    pairs.loc[1, [f"job_measure_{number}" for number in range(5)]] = 99.0
    pairs.loc[1, "industry_code"] = "astrology"
    world.replace_pairs(pairs)
    assert world.score()["out_of_distribution"] == 2
    marks = world.rows(
        "select adversarial_score, is_out_of_distribution from predictions.predictions order by cv_id"
    )
    assert marks[0] == (1.0, True)
    assert marks[1][1]
    assert marks[2][1] is False
    assert marks[2][0] < 0.5


@pytest.mark.parametrize("name", ["read_a_prediction", "read_its_reasons", "read_its_model"])
def test_the_manuals_queries_answer(world: World, name: str) -> None:
    world.score()
    assert world.rows((PREDICTION_QUERIES / f"{name}.sql").read_text())


def test_a_prediction_names_the_features_that_are_outside(world: World) -> None:
    pairs = make_pairs(3)
    pairs.loc[0, "cv_measure_2"] = 500.0
    pairs.loc[1, "industry_code"] = "astrology"
    pairs.loc[2, "job_measure_0"] = float("inf")
    world.replace_pairs(pairs)
    world.score()
    assert world.rows(
        "select outside_features, is_out_of_distribution from predictions.latest_predictions order by cv_id"
    ) == [(["cv_measure_2"], True), (["industry_code"], False), (["job_measure_0"], True)]


CHECKS = (
    "select feature, pairs, outside_pairs, counts, null_share, psi, departure from ops.input_checks "
    "where scoring_run = '{}' order by feature"
)


def test_a_run_is_checked_feature_by_feature(world: World) -> None:
    pairs = make_pairs()
    pairs["cv_measure_1"] = None
    pairs["job_measure_2"] += 4
    world.replace_pairs(pairs)
    departures = world.score(run_name="first")["departures"]
    assert set(departures) == {"cv_measure_1", "job_measure_2"}
    rows = {row[0]: row[1:] for row in world.rows(CHECKS.format("first"))}
    assert {row[0] for row in rows.values()} == {600}
    assert rows["cv_measure_1"][3:] == (1.0, 0.0, departures["cv_measure_1"])
    assert rows["job_measure_2"][1] > 100
    assert rows["cv_measure_0"][-1] is None


@pytest.mark.parametrize("chunk_rows", [37, 250])
def test_a_runs_check_does_not_depend_on_the_chunk(world: World, chunk_rows: int) -> None:
    whole, cut = f"whole, before {chunk_rows}", f"chunks of {chunk_rows}"
    world.score(run_name=whole)
    world.forget()
    world.score(chunk_rows, run_name=cut)
    assert world.rows(CHECKS.format(whole)) == world.rows(CHECKS.format(cut))


@pytest.mark.slow
def test_a_runs_check_adds_up_over_a_kill(world: World) -> None:
    world.replace_pairs(make_pairs(9000, jobs=2000))
    world.score(run_name="undisturbed")
    world.forget()
    run_until_killed(
        "ml.scoring:_copy",
        4,
        "ml.batch_scoring:score",
        world.url,
        world.store,
        world.version,
        run_name="killed",
    )
    world.score(run_name="killed")
    assert world.rows(CHECKS.format("killed")) == world.rows(CHECKS.format("undisturbed"))


def test_an_alert_names_what_departs_and_closes_when_nothing_does(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", world.url)
    monkeypatch.setenv("CVPLUS_MLFLOW_URL", world.store.url)
    monkeypatch.setenv("CVPLUS_MODEL_KEY", world.store.key.decode())
    world.replace_pairs(make_pairs().assign(cv_measure_1=None))
    learning.score_pairs(world.version, "score_batch", "odd")
    alerts = "select state, message from ops.alerts where rule = 'input_departed'"
    [(state, message)] = world.rows(alerts)
    assert state == "open"
    assert "cv_measure_1 is null everywhere, 0% in training" in message
    learning.score_pairs(world.version, "score_batch", "nothing new")
    assert [state for state, _ in world.rows(alerts)] == ["open"]
    world.forget()
    world.replace_pairs(make_pairs())
    learning.score_pairs(world.version, "score_batch", "honest")
    assert [state for state, _ in world.rows(alerts)] == ["closed"]
