"""The small pure parts of learning: slices of time, categories, calibration, intervals, pools, limits."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cvplus.errors import ConfigurationError
from ml.calibration import conformal_margin, fit_calibration, order_quantiles
from ml.competitiveness import competitiveness_scores, mid_rank_share
from ml.config import CONFIG_FILE, Splits, load_models_config
from ml.encoding import Feature, fit_encoder
from ml.input_check import check_inputs, learn_range
from ml.intervals import draw_bootstrap
from ml.splits import SLICES, split_by_time
from ml.survival import calibrated_levels, conditional_days

CONFIG = load_models_config()


def instants(days: np.ndarray) -> pd.Series:
    return pd.Series(pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(days, "D"))


def test_slices_follow_each_other_in_time_and_never_overlap() -> None:
    days = np.random.default_rng(0).uniform(0, 100, 1000).round()  # many rows share a day
    split = split_by_time(instants(days), CONFIG.splits)
    for older, newer in pairwise(SLICES):
        assert days[split.mask(older)].max() < days[split.mask(newer)].min()
    assert sum(split.mask(name).sum() for name in SLICES) == 1000
    assert abs(split.mask("evaluate").mean() - CONFIG.splits.evaluate) < 0.03


def test_an_embargo_keeps_rows_before_the_evaluation_out_of_every_slice() -> None:
    days = np.arange(100.0)
    splits = Splits(train=0.6, tune=0.1, calibrate=0.1, evaluate=0.2, embargo_days=15)
    split = split_by_time(instants(days), splits)
    seen = split.mask("train", "tune", "calibrate")
    assert days[split.mask("evaluate")].min() - days[seen].max() > 15
    assert all(split.mask(name).sum() >= 7 for name in SLICES)


def test_the_split_is_drawn() -> None:
    lines = split_by_time(instants(np.arange(100.0)), CONFIG.splits).text.splitlines()
    assert [line.split("|")[0].strip() for line in lines] == list(SLICES)
    assert "2026-01-01 .. 2026-03-01" in lines[0]
    assert "60 rows" in lines[0]


def test_unseen_and_rare_categories_are_missing_and_counted() -> None:
    features = (Feature("industry", "category", "job"), Feature("years", "number", "cv"))
    training = pd.DataFrame({"industry": ["b"] * 20 + ["a"] * 20 + ["rare"], "years": 1.0})
    encoder = fit_encoder(training, features, minimum_category_rows=20)
    assert encoder.categories == {"industry": ("a", "b")}
    # "aa" sorts between "a" and "b": XGBoost by itself would silently take it for "b".
    encoded = encoder.encode(
        pd.DataFrame({"industry": ["a", "b", "aa", "rare", None], "years": [1, 2, None, 4, 5]})
    )
    np.testing.assert_array_equal(encoded.matrix[:, 0], [0, 1, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(encoded.is_unseen[:, 0], [0, 0, 1, 1, 0])
    assert encoded.matrix.dtype == np.float64


def test_the_order_of_columns_does_not_matter() -> None:
    features = (Feature("a", "category", "job"), Feature("b", "number", "cv"))
    frame = pd.DataFrame({"a": ["x", "y"] * 20, "b": np.arange(40.0)})
    encoder = fit_encoder(frame, features, 1)
    np.testing.assert_array_equal(encoder.encode(frame).matrix, encoder.encode(frame[["b", "a"]]).matrix)


@pytest.mark.parametrize("isotonic_from", [0, 10**9], ids=["isotonic", "sigmoid"])
def test_calibrated_probabilities_come_true(isotonic_from: int) -> None:
    generator = np.random.default_rng(0)
    margin = generator.normal(-1, 2, 20_000)
    happened = (generator.random(20_000) < 1 / (1 + np.exp(-(0.5 * margin - 1)))).astype(float)
    fitted = fit_calibration(margin[:10_000], happened[:10_000], isotonic_from)
    said = fitted.apply(margin[10_000:])
    for part in np.array_split(np.argsort(said), 5):
        assert said[part].mean() == pytest.approx(happened[10_000:][part].mean(), abs=0.03)
    assert said.min() > 0
    assert said.max() < 1


def test_a_ranking_that_is_wrong_on_fresh_data_becomes_the_base_rate() -> None:
    generator = np.random.default_rng(0)
    margin = generator.normal(size=2000)
    happened = (generator.random(2000) < 1 / (1 + np.exp(margin + 2))).astype(float)
    said = fit_calibration(margin, happened, 10**9).apply(margin)
    assert said == pytest.approx(np.full(2000, happened.mean()), abs=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_conformal_intervals_cover_as_promised(seed: int) -> None:
    generator = np.random.default_rng(seed)
    actual = generator.normal(0, 2, 6000)
    low, high = np.full(6000, -1.0), np.full(6000, 1.0)  # far too narrow
    margin = conformal_margin(low[:3000], high[:3000], actual[:3000], 0.8)
    covered = (actual[3000:] >= low[3000:] - margin) & (actual[3000:] <= high[3000:] + margin)
    assert covered.mean() == pytest.approx(0.8, abs=0.025)


def test_crossing_quantiles_are_put_in_order() -> None:
    ordered = order_quantiles(np.array([[3.0, 2.0, 1.0], [1.0, 2.0, 3.0]]))
    assert (np.diff(ordered, axis=1) >= 0).all()


def test_days_are_quantiles_of_those_hired_within_the_horizon() -> None:
    generator = np.random.default_rng(0)
    days = np.exp(generator.normal(3.0, 0.8, 200_000))
    hired = days[days <= 45]
    told = conditional_days(np.array([3.0]), 0.8, (0.1, 0.5, 0.9), 45.0)[0]
    np.testing.assert_allclose(told, np.quantile(hired, [0.1, 0.5, 0.9]), rtol=0.02)
    hopeless = conditional_days(np.array([9.0]), 0.4, (0.1, 0.5, 0.9), 45.0)[0]
    assert np.isfinite(hopeless).all()
    assert (np.diff(hopeless) > 0).all()


def test_levels_are_recalibrated_when_the_scale_is_wrong() -> None:
    generator = np.random.default_rng(0)
    days = np.exp(generator.normal(2.5, 0.3, 20_000))
    days = days[days <= 45]
    location = np.full(len(days), 2.5)
    levels = calibrated_levels(days[:9000], location[:9000], 1.2, [0.1, 0.5, 0.9], 45.0)
    low, _, high = conditional_days(location[9000:], 1.2, levels, 45.0).T
    assert ((days[9000:] >= low) & (days[9000:] <= high)).mean() == pytest.approx(0.8, abs=0.02)


def test_competitiveness_is_the_place_in_the_jobs_own_pool() -> None:
    strengths = np.array([0.1, 0.2, 0.3, 0.9, 0.9])
    jobs = np.array(["a", "a", "a", "b", "b"])
    alone = competitiveness_scores(strengths, jobs, np.array([0.5]), prior_weight=0)
    np.testing.assert_allclose(alone, [100 / 6, 50, 500 / 6, 50, 50])
    reference = np.linspace(0, 1, 101)
    blended = competitiveness_scores(strengths, jobs, reference, prior_weight=10)
    assert blended[3] > blended[2]
    assert ((blended >= 0) & (blended <= 100)).all()
    order = np.array([4, 2, 0, 3, 1])
    again = competitiveness_scores(strengths[order], jobs[order], reference, prior_weight=10)
    np.testing.assert_array_equal(again, blended[order])


def test_ties_share_a_place() -> None:
    np.testing.assert_allclose(
        mid_rank_share(np.array([1.0, 2.0]), np.array([1.0, 1.0, 2.0, 3.0])), [0.25, 0.625]
    )


def test_stuffing_is_told_from_distance_and_only_on_what_people_write() -> None:
    features = (Feature("skills", "number", "cv"), Feature("postings", "number", "job"))
    generator = np.random.default_rng(0)
    training = pd.DataFrame({"skills": generator.poisson(12, 5000), "postings": generator.poisson(12, 5000)})
    encoder = fit_encoder(training, features, 1)
    known = learn_range(encoder.encode(training).matrix, encoder, CONFIG.input_check.stretch)
    probe = encoder.encode(pd.DataFrame({"skills": [12.0, 400.0, 12.0], "postings": [12.0, 12.0, 400.0]}))
    findings = check_inputs(probe, encoder, known, CONFIG.input_check)
    np.testing.assert_array_equal(findings.adversarial, [0, 1, 0])
    np.testing.assert_array_equal(findings.is_outside, [False, True, True])


def test_bootstrap_draws_whole_clusters_and_is_the_same_each_time() -> None:
    clusters = np.repeat(np.arange(50), 20)
    values = np.repeat(np.random.default_rng(0).normal(size=50), 20)
    estimate = draw_bootstrap(clusters, 500, 0.95, seed=1).mean(values)
    assert estimate == draw_bootstrap(clusters, 500, 0.95, seed=1).mean(values)
    # The rows of a cluster are copies: a bootstrap of rows would be sqrt(20) times too sure.
    alone = draw_bootstrap(np.arange(1000), 500, 0.95, seed=1).mean(values)
    assert (estimate.high - estimate.low) > 3 * (alone.high - alone.low)


def test_a_wrong_configuration_is_refused_by_section(tmp_path: Path) -> None:
    text = (
        CONFIG_FILE.read_text()
        .replace("evaluate: 0.2", "evaluate: 0.4")
        .replace("rounds: 300\n", "rounds: 0\n")
    )
    file = tmp_path / "models.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=r"splits: .*add up to 1.2.*boosting.rounds"):
        load_models_config(file)


def test_a_prediction_must_live_for_some_time(tmp_path: Path) -> None:
    text = CONFIG_FILE.read_text().replace(
        "time_to_live_days:\n    value: 7", "time_to_live_days:\n    value: 0"
    )
    file = tmp_path / "models.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=r"scoring: .*time_to_live_days must be above 0"):
        load_models_config(file)
