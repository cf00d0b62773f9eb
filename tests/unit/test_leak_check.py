"""A feature too good to be true stops a training run with its name; honest ones do not."""

import numpy as np
import pandas as pd
import pytest
from learning_world import FEATURES, make_examples

from ml.config import AllowedFeature, load_models_config
from ml.encoding import Feature, FeatureKind
from ml.leak_check import (
    FeatureTooGood,
    Suspicion,
    find_dominant,
    find_too_good,
    require_honest,
    sudden_targets,
)
from ml.promotion import Comparison
from ml.splits import split_by_time

CONFIG = load_models_config()
SETTINGS = CONFIG.leak_check


def found_with(
    examples: pd.DataFrame, planted: pd.Series | np.ndarray | None = None, kind: FeatureKind = "number"
) -> set[str]:
    """Targets that a planted feature is found too good for; nothing else may be found."""
    features = FEATURES
    if planted is not None:
        examples = examples.assign(planted=planted)
        features = (*FEATURES, Feature("planted", kind, "cv"))
    split = split_by_time(examples["feature_at"], CONFIG.splits)
    found = find_too_good(examples, features, split, CONFIG)
    assert {one.feature for one in found} <= {"planted"}
    return {one.target for one in found}


@pytest.fixture(scope="module")
def examples() -> pd.DataFrame:
    return make_examples(8000)


@pytest.mark.parametrize("seed", range(5))
def test_honest_features_pass(seed: int) -> None:
    assert found_with(make_examples(6000, seed=seed)) == set()


def test_an_outcome_in_a_feature_is_found(examples: pd.DataFrame) -> None:
    generator = np.random.default_rng(0)
    outcomes = examples["is_interviewed"] + (generator.random(len(examples)) < 0.02)
    assert "interview_probability" in found_with(examples, outcomes)


def test_an_outcome_that_shows_by_being_missing_is_found(examples: pd.DataFrame) -> None:
    answered_after = pd.Series(np.random.default_rng(0).uniform(1, 30, len(examples)))
    assert "interview_probability" in found_with(
        examples, answered_after.where(examples["is_interviewed"] == 1)
    )


def test_a_later_version_that_says_the_outcome_is_found(examples: pd.DataFrame) -> None:
    state = np.where(examples["is_offered"] == 1, "filled", "open").astype(object)
    assert "offer_probability" in found_with(examples, state, "category")


def test_an_aggregate_over_the_future_with_the_own_row_is_found(examples: pd.DataFrame) -> None:
    alone = examples.assign(subject_id=[f"person-{number // 2}" for number in range(len(examples))])
    ever = alone.groupby("subject_id")["is_interviewed"].transform("sum")
    assert "interview_probability" in found_with(alone, ever)


def test_a_join_on_the_wrong_clock_is_found(examples: pd.DataFrame) -> None:
    watched = examples["days_to_offer_upper"].fillna(examples["days_to_offer_lower"])
    assert found_with(examples, watched) == {"time_to_hire", "offer_probability"}


def test_a_label_through_an_id_is_found(examples: pd.DataFrame) -> None:
    ids = [f"job-{number // 2}" for number in range(len(examples))]
    rate = examples.groupby(pd.Series(ids))["is_interviewed"].transform("mean")
    assert "interview_probability" in found_with(examples, rate)


def test_pay_of_the_offer_is_found(examples: pd.DataFrame) -> None:
    paid = examples["offer_salary_usd"] * np.random.default_rng(0).uniform(0.97, 1.03, len(examples))
    assert {"salary_prediction", "offer_probability"} <= found_with(examples, paid)


def test_ids_that_only_number_the_rows_are_not_found(examples: pd.DataFrame) -> None:
    assert found_with(examples, np.arange(len(examples), dtype=float)) == set()


def test_a_person_may_allow_a_feature_for_a_target(examples: pd.DataFrame) -> None:
    allowed = AllowedFeature(targets=["interview_probability"], reason="It is told by the applicant first.")
    config = CONFIG.model_copy(
        update={"leak_check": SETTINGS.model_copy(update={"allowed": {"planted": allowed}})}
    )
    frame = examples.assign(planted=examples["is_interviewed"])
    split = split_by_time(frame["feature_at"], config.splits)
    found = find_too_good(frame, (*FEATURES, Feature("planted", "number", "cv")), split, config)
    assert "interview_probability" not in {one.target for one in found}
    assert "offer_probability" in {one.target for one in found}


def test_the_error_names_feature_target_figure_and_what_to_do(examples: pd.DataFrame) -> None:
    frame = examples.assign(planted=examples["is_interviewed"])
    split = split_by_time(frame["feature_at"], CONFIG.splits)
    found = find_too_good(frame, (*FEATURES, Feature("planted", "number", "cv")), split, CONFIG)
    told = r"planted for interview_probability \(AUC 1\.000, at most 0\.9\).*leak_check\.allowed"
    with pytest.raises(FeatureTooGood, match=told):
        require_honest(found)
    require_honest([])


def importances(**values: float) -> dict[str, dict[str, float]]:
    return {"interview_probability": values}


def dominant(
    now: dict[str, dict[str, float]],
    before: dict[str, dict[str, float]],
    sudden: frozenset[str] = frozenset(),
) -> list[Suspicion]:
    return find_dominant(now, before, sudden, CONFIG)


def test_a_sudden_dominance_is_found_and_an_old_one_is_not() -> None:
    before = importances(a=4, b=3, c=3)
    [found] = dominant(importances(a=2, b=1, c=1, leak=4), before)
    assert (found.feature, found.figure, found.before) == ("leak", 0.5, 0.0)
    [grown] = dominant(importances(a=1, b=1, c=8), before)
    assert (grown.feature, grown.before) == ("c", 0.3)
    assert dominant(importances(a=6, b=2, c=2), before) == []


def test_where_the_model_suddenly_gains_a_smaller_share_is_looked_at() -> None:
    before, now = importances(a=4, b=3, c=3), importances(a=3.5, b=2.5, c=2.5, leak=1.5)
    assert dominant(now, before) == []
    [found] = dominant(now, before, frozenset({"interview_probability"}))
    assert (found.feature, found.limit) == ("leak", SETTINGS.gaining_share.value)


@pytest.mark.parametrize(
    ("low", "log_loss", "obstacles", "is_sudden"),
    [
        (0.03, 0.20, (), True),
        (0.01, 0.20, (), False),
        (0.30, 0.26, (), False),
        (0.50, 0.20, ("needs a (gone)",), False),
    ],
)
def test_a_gain_is_sudden_where_it_is_proven_over_a_whole_champion(
    low: float, log_loss: float, obstacles: tuple[str, ...], is_sudden: bool
) -> None:
    compared = Comparison(
        "1", {"value": low + 0.01, "low": low, "high": low + 0.02}, log_loss, obstacles, 0.27
    )
    assert (sudden_targets(compared, CONFIG) == {"interview_probability"}) is is_sudden


def test_what_is_left_when_a_feature_goes_is_no_sudden_dominance() -> None:
    assert dominant(importances(b=6, c=4), importances(a=8, b=1.2, c=0.8)) == []
