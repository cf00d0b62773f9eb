"""Whole models on a world with a known truth: what is learnt, what is claimed, what is refused."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from learning_world import FEATURES, make_examples

from ml.assessment import assess, compare
from ml.config import load_models_config
from ml.evaluation import TargetEvaluation, concordance
from ml.intervals import Estimate
from ml.learning import fit_predictor
from ml.predictor import DAYS_COLUMNS, PREDICTION_COLUMNS, SALARY_COLUMNS, Predictor
from ml.promotion import Comparison, Decision, decide
from ml.scoring import ScoringRun, score_chunk
from ml.splits import TimeSplit, split_by_time
from ml.targets import read_labels

CONFIG = load_models_config()
HORIZON = CONFIG.time_to_hire.horizon_days.value


def learn(examples: pd.DataFrame) -> tuple[Predictor, TimeSplit]:
    split = split_by_time(examples["feature_at"], CONFIG.splits)
    return fit_predictor(examples, split, FEATURES, CONFIG), split


def evaluate(examples: pd.DataFrame) -> dict[str, TargetEvaluation]:
    predictor, split = learn(examples)
    return {one.target: one for one in assess(predictor, examples, split, CONFIG)}


@pytest.fixture(scope="module")
def examples() -> pd.DataFrame:
    return make_examples(10_000)


@pytest.fixture(scope="module")
def learnt(examples: pd.DataFrame) -> tuple[Predictor, TimeSplit]:
    return learn(examples)


@pytest.fixture(scope="module")
def results(examples: pd.DataFrame, learnt: tuple[Predictor, TimeSplit]) -> dict[str, TargetEvaluation]:
    return {one.target: one for one in assess(*learnt_on(examples, learnt), CONFIG)}


def learnt_on(
    examples: pd.DataFrame, learnt: tuple[Predictor, TimeSplit]
) -> tuple[Predictor, pd.DataFrame, TimeSplit]:
    return learnt[0], examples, learnt[1]


def verdict(results: dict[str, TargetEvaluation], comparison: dict | None = None) -> Decision:
    documents = {name: one.to_document() for name, one in results.items()}
    champion = None if comparison is None else Comparison("1", comparison, 0.3)
    return decide(documents, CONFIG.primary_target, champion, gate=CONFIG.gate)


def test_with_signal_every_target_beats_its_base_rate(results: dict[str, TargetEvaluation]) -> None:
    assert all(one.is_trained for one in results.values())
    assert results["interview_probability"].metrics["log_loss_improvement"].low > 0
    assert results["offer_probability"].metrics["log_loss_improvement"].low > 0
    assert results["salary_prediction"].metrics["pinball_improvement"].low > 0
    assert results["time_to_hire"].metrics["pinball_improvement"].low > 0
    assert results["competitiveness_score"].metrics["within_job_concordance"].low > 0.5


def test_probabilities_are_near_the_truth_and_calibrated(
    examples: pd.DataFrame, learnt: tuple[Predictor, TimeSplit], results: dict[str, TargetEvaluation]
) -> None:
    rows = learnt[1].mask("evaluate")
    said = learnt[0].predict(examples[rows])["interview_probability"]
    assert np.corrcoef(said, examples["true_probability"][rows])[0, 1] > 0.9
    assert results["interview_probability"].metrics["calibration_error"].value < 0.04


def test_intervals_cover_and_never_cross(
    examples: pd.DataFrame, learnt: tuple[Predictor, TimeSplit], results: dict[str, TargetEvaluation]
) -> None:
    for target in ("salary_prediction", "time_to_hire"):
        coverage = results[target].metrics["interval_coverage"]
        assert coverage.low <= 0.85
        assert coverage.high >= 0.75
    predictions = learnt[0].predict(examples)
    for columns in (SALARY_COLUMNS, DAYS_COLUMNS):
        assert (np.diff(predictions[list(columns)].to_numpy(), axis=1) >= 0).all()


def test_on_pure_noise_no_gain_is_claimed() -> None:
    results = evaluate(make_examples(8000, signal=0, seed=3))
    gain = results["interview_probability"].metrics["log_loss_improvement"]
    assert gain.low <= 0
    champion = {"value": -0.001, "low": -0.01, "high": 0.01}
    refused = verdict(results, champion)
    assert not refused.is_promoted
    first = verdict(results)
    assert first.is_provisional
    assert "no gain is claimed" in first.summary


def test_a_model_of_a_world_that_turned_round_is_refused_even_as_the_first() -> None:
    examples = make_examples(8000)
    turned = examples["feature_at"] >= examples["feature_at"].quantile(0.8)
    other = make_examples(8000, seed=8)
    examples.loc[turned, "is_interviewed"] = (other["true_probability"] > 0.3).astype(float)[turned]
    results = evaluate(examples)
    assert results["interview_probability"].metrics["log_loss_improvement"].high < 0
    assert not verdict(results).is_promoted


def test_a_good_model_passes_and_every_rule_is_recorded(results: dict[str, TargetEvaluation]) -> None:
    decision = verdict(results, {"value": 0.01, "low": 0.002, "high": 0.02})
    assert decision.is_promoted
    assert not decision.is_provisional
    assert {reason["rule"] for reason in decision.reasons} == {
        "minimum_accuracy",
        "not_worse_than_base_rate:interview_probability",
        "not_worse_than_base_rate:offer_probability",
        "not_worse_than_champion",
        "better_than_base_rate",
    }
    assert not verdict(results, {"value": -0.02, "low": -0.03, "high": -0.01}).is_promoted


def test_one_target_proven_worse_than_its_base_rate_refuses_the_whole_version(
    results: dict[str, TargetEvaluation],
) -> None:
    worse = results["offer_probability"].metrics | {"log_loss_improvement": Estimate(-0.02, -0.03, -0.01)}
    decision = verdict(results | {"offer_probability": replace(results["offer_probability"], metrics=worse)})
    assert not decision.is_promoted
    failed = [reason["rule"] for reason in decision.reasons if not reason["is_passed"]]
    assert failed == ["not_worse_than_base_rate:offer_probability"]


def test_a_model_compared_with_itself_is_no_better(
    examples: pd.DataFrame, learnt: tuple[Predictor, TimeSplit]
) -> None:
    predictor, split = learnt
    estimate = compare(predictor, predictor, examples, examples, split, CONFIG)
    assert (estimate.value, estimate.low, estimate.high) == (0, 0, 0)


def test_censored_applications_are_not_offers_on_their_last_day(
    examples: pd.DataFrame, learnt: tuple[Predictor, TimeSplit]
) -> None:
    labels = read_labels(examples, "time_to_hire", HORIZON)
    assert labels.upper is not None
    censored = examples["days_to_offer_upper"].isna().to_numpy()
    assert np.isinf(labels.upper[censored]).all()
    assert not labels.event[censored].any()
    # Told as if they had ended in an offer on the last day watched, the days would be far too long.
    last_day = examples["days_to_offer_lower"].clip(upper=HORIZON)
    wrong = examples.assign(days_to_offer_lower=last_day, days_to_offer_upper=last_day)
    told, told_wrong = (
        one.predict(examples)["time_to_hire_days"].median() for one in (learnt[0], learn(wrong)[0])
    )
    truth = examples["days_to_offer_upper"].median()
    assert told == pytest.approx(truth, rel=0.2)
    assert told_wrong > 1.5 * truth


def test_applications_that_are_still_open_pull_the_days_up() -> None:
    examples = make_examples(4000)
    generator = np.random.default_rng(0)
    days = np.exp(3.0 + 0.4 * examples["job_measure_1"] + 0.3 * generator.normal(size=len(examples)))
    watched = generator.uniform(5, 40, len(examples))
    examples["days_to_offer_lower"] = np.minimum(days, watched)
    examples["days_to_offer_upper"] = np.where(days <= watched, days, np.nan)
    predictor, _ = learn(examples)
    encoded = predictor.encoder.encode(examples)
    location = np.exp(np.median(predictor.log_days(predictor.data(encoded))))
    assert examples["days_to_offer_upper"].median() < 0.85 * np.median(days)  # what dropping them says
    assert location == pytest.approx(np.median(days), rel=0.1)


def test_the_evaluation_slice_is_not_read_in_training(
    examples: pd.DataFrame, learnt: tuple[Predictor, TimeSplit]
) -> None:
    predictor, split = learnt
    garbled = examples.copy()
    rows = split.mask("evaluate")
    garbled.loc[rows, "is_interviewed"] = 1 - garbled.loc[rows, "is_interviewed"]
    garbled.loc[rows, "cv_measure_0"] *= -5
    garbled.loc[rows, "industry_code"] = "never heard of before"
    again, _ = learn(garbled)
    assert again.encoder == predictor.encoder
    assert again.predict(examples).equals(predictor.predict(examples))


def test_a_saved_predictor_predicts_the_same(
    tmp_path: Path, examples: pd.DataFrame, learnt: tuple[Predictor, TimeSplit]
) -> None:
    learnt[0].save(tmp_path)
    loaded = Predictor.load(tmp_path)
    assert loaded.predict(examples).equals(learnt[0].predict(examples))


def test_reasons_name_what_moves_the_prediction(
    examples: pd.DataFrame, learnt: tuple[Predictor, TimeSplit]
) -> None:
    predictor = learnt[0]
    strong = examples.head(1).assign(cv_measure_0=3.0)
    positions, contributions = predictor.reasons(predictor.encoder.encode(strong), 2)["interview_probability"]
    assert predictor.encoder.names[positions[0, 0]] == "cv_measure_0"
    assert contributions[0, 0] > 0


def test_too_few_events_are_a_reason_and_not_a_model() -> None:
    examples = make_examples(3000).assign(is_offered=0.0, offer_salary_usd=np.nan)
    predictor, split = learn(examples)
    assert not predictor.is_trained("offer_probability")
    assert (
        "0 labelled events in the train slice, 100 are needed"
        in predictor.missing_reasons["offer_probability"]
    )
    assert predictor.predict(examples)["offer_probability"].isna().all()
    result = {one.target: one for one in assess(predictor, examples, split, CONFIG)}["offer_probability"]
    assert not result.is_trained
    assert result.reason is not None


def test_concordance_is_one_for_the_right_order_and_half_for_none() -> None:
    days = np.arange(1.0, 50.0)
    ones = np.ones(len(days))
    assert concordance(days, days)(ones) == pytest.approx(1)
    assert concordance(days, -days)(ones) == pytest.approx(0)
    assert concordance(days, ones)(ones) == pytest.approx(0.5)


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e39])
def test_one_value_beyond_computing_costs_its_pair_alone(
    examples: pd.DataFrame, learnt: tuple[Predictor, TimeSplit], value: float
) -> None:
    run = ScoringRun("run", "1", datetime(2026, 11, 18, tzinfo=UTC), "test", 3)
    pairs = examples.head(50).assign(
        cv_id=[f"cv{number}" for number in range(50)],
        cv_version=1,
        job_id="job",
        subject_id="subject",
        feature_hash="hash",
        horizon_at=run.scored_at,
        is_stale=False,
        is_scored=False,
        scored_interview=np.nan,
        scored_offer=np.nan,
    )
    undisturbed = score_chunk(pairs.drop(index=pairs.index[7]), learnt[0], run)
    pairs.loc[pairs.index[7], "cv_measure_0"] = value
    chunk = score_chunk(pairs, learnt[0], run)
    assert chunk.set_aside == 1
    is_set_aside = (chunk.predictions["cv_id"] == "cv7").to_numpy()
    told = ["cv_id", *PREDICTION_COLUMNS, "missing_reasons"]
    pd.testing.assert_frame_equal(
        chunk.predictions[~is_set_aside][told].reset_index(drop=True),
        undisturbed.predictions[told].reset_index(drop=True),
        check_dtype=False,
    )
    (row,) = chunk.predictions[is_set_aside].to_dict("records")
    assert pd.isna(row["interview_probability"])
    assert "cv_measure_0 is infinite or too large" in row["missing_reasons"]
    assert len(chunk.reasons) == len(undisturbed.reasons)


def test_a_value_beyond_computing_does_not_stop_training() -> None:
    examples = make_examples(3000)
    examples.loc[[5, 50, 2_900], "cv_measure_0"] = [np.inf, 1e39, -np.inf]
    predictor, _ = learn(examples)
    assert predictor.is_trained("interview_probability")
    assert (~predictor.encoder.encode(examples).is_usable).sum() == 3
