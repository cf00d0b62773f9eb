"""Drift is told by distances of a fixed kind on samples of a fixed size: no false alarm, no missed move."""

from pathlib import Path

import numpy as np
import pandas as pd

from cvplus.quality.drift import conclude, load_drift_settings
from cvplus.quality.drift_report import MISSING_TEST, FeatureDrift, compare_samples

SETTINGS = load_drift_settings()


def population(seed: int, *, shift: float = 0.0, missing: float = 0.0) -> pd.DataFrame:
    """2,000 rows: a number, a number that is often zero, and a category with 300 values."""
    generator = np.random.default_rng(seed)
    rows = SETTINGS.sample_rows
    frame = pd.DataFrame(
        {
            "years": generator.normal(shift, 1, rows),
            "certifications": generator.poisson(0.3 + shift, rows).astype(float),
            "occupation": [f"occupation-{value}" for value in generator.zipf(1.6, rows) % 300],
        }
    )
    frame.loc[generator.random(rows) < missing, "years"] = np.nan
    return frame


def compare(reference: pd.DataFrame, current: pd.DataFrame, report: Path | None = None) -> list[FeatureDrift]:
    return compare_samples(
        reference,
        current,
        numbers=["years", "certifications"],
        categories=["occupation"],
        threshold=SETTINGS.threshold.value,
        kept_categories=SETTINGS.kept_categories,
        report_file=report,
    )


def test_two_samples_of_one_population_raise_no_alarm() -> None:
    scores = [one.score for seed in range(5) for one in compare(population(seed), population(seed + 100))]
    assert max(scores) < 0.06


def test_a_moved_population_is_seen_and_reported(tmp_path: Path) -> None:
    report = tmp_path / "folder" / "drift.html"
    results = {one.feature: one for one in compare(population(1), population(2, shift=0.4), report)}
    assert results["years"].is_drifted
    assert results["certifications"].is_drifted
    assert not results["occupation"].is_drifted
    assert "<html" in report.read_text()[:1000]


def test_a_feature_that_dries_up_has_drifted() -> None:
    results = {one.feature: one for one in compare(population(1), population(2, missing=0.5))}
    assert results["years"].is_drifted
    assert results["years"].test == MISSING_TEST


def test_a_feature_that_is_empty_on_both_sides_has_not_drifted() -> None:
    results = {one.feature: one for one in compare(*(population(seed, missing=1.0) for seed in (1, 2)))}
    assert not results["years"].is_drifted


def test_a_new_category_is_seen() -> None:
    current = population(2)
    current.loc[:600, "occupation"] = "never seen"
    assert {one.feature: one for one in compare(population(1), current)}["occupation"].is_drifted


def test_retraining_is_asked_for_only_when_there_is_something_new_to_learn() -> None:
    results = [FeatureDrift(f"feature_{number}", "wasserstein", 0.5, 0.1) for number in range(4)]
    results += [FeatureDrift(f"still_{number}", "wasserstein", 0.01, 0.1) for number in range(6)]
    news = int(SETTINGS.retraining_examples.value)
    assert conclude(results, {}, SETTINGS, news)["asks_for_retraining"]
    assert not conclude(results, {}, SETTINGS, news - 1)["asks_for_retraining"]
    assert not conclude(results[3:], {}, SETTINGS, news)["asks_for_retraining"]


def test_a_feature_that_decides_nothing_asks_for_nothing() -> None:
    results = [FeatureDrift("tenure_days", "wasserstein", 2.0, 0.1)]
    results += [FeatureDrift("skills_held", "wasserstein", 0.01, 0.1)]
    weights = {"tenure_days": 0.1, "skills_held": 0.9}
    finding = conclude(results, weights, SETTINGS, 10_000)
    assert not finding["asks_for_retraining"]
    assert finding["drifted"] == ["tenure_days"]
    assert conclude(results, {**weights, "tenure_days": 0.9}, SETTINGS, 10_000)["asks_for_retraining"]
