"""A run's features beside the training sample: shares of nulls, spread, and which of them depart."""

import numpy as np
import pandas as pd
import pytest
from learning_world import FEATURES, draw_features

from ml.config import load_models_config
from ml.encoding import Encoder, fit_encoder
from ml.input_check import check_inputs, learn_range
from ml.input_tally import FeatureInput, count_rows, judge_run, learn_spread, stability_index
from ml.version_settings import VersionSettings

CONFIG = load_models_config()
SETTINGS = CONFIG.input_check.run


def draw(rows: int, seed: int) -> pd.DataFrame:
    return draw_features(rows, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return fit_encoder(draw(5000, 0), FEATURES, 20)


def judged(encoder: Encoder, pairs: pd.DataFrame) -> dict[str, FeatureInput]:
    known = learn_spread(encoder.encode(draw(5000, 0)), encoder)
    counts = count_rows(encoder.encode(pairs), known.edges)
    return {one.feature: one for one in judge_run(counts, known, encoder.names, SETTINGS)}


def departed(encoder: Encoder, pairs: pd.DataFrame) -> dict[str, str]:
    return {name: one.departure for name, one in judged(encoder, pairs).items() if one.departure}


def test_another_sample_of_the_same_market_departs_in_nothing(encoder: Encoder) -> None:
    found = judged(encoder, draw(1000, 1))
    assert not any(one.departure for one in found.values())
    assert max(one.psi for one in found.values()) < 0.1
    assert found["cv_measure_4"].null_share == pytest.approx(0.1, abs=0.03)
    assert found["cv_measure_4"].training_null_share == pytest.approx(0.1, abs=0.02)


def test_what_dries_up_moves_or_is_unseen_is_named(encoder: Encoder) -> None:
    pairs = draw(1000, 1)
    pairs["cv_measure_4"] = np.nan
    pairs["cv_measure_1"] += 3
    pairs["seniority"] = "apprentice"
    pairs.loc[pairs.index < 700, "plan"] = None
    told = departed(encoder, pairs)
    assert told["cv_measure_4"] == "is null everywhere, 10% in training"
    assert "PSI" in told["cv_measure_1"]
    assert "PSI" in told["seniority"]
    assert told["plan"].startswith("is null in 7")
    assert len(told) == 4
    assert judged(encoder, pairs)["seniority"].unseen_share == 1


def test_of_few_pairs_and_of_what_is_expected_nothing_is_said(encoder: Encoder) -> None:
    few = draw(int(SETTINGS.minimum_pairs.value) - 1, 1)
    few["cv_measure_1"] += 3
    assert departed(encoder, few) == {}
    expected = SETTINGS.model_copy(update={"expected": {"cv_measure_1": "It grows as it should."}})
    pairs = draw(1000, 1)
    pairs["cv_measure_1"] += 3
    known = learn_spread(encoder.encode(draw(5000, 0)), encoder)
    counts = count_rows(encoder.encode(pairs), known.edges)
    assert not any(one.departure for one in judge_run(counts, known, encoder.names, expected))


def test_counts_of_two_parts_add_up(encoder: Encoder) -> None:
    known = learn_spread(encoder.encode(draw(5000, 0)), encoder)
    pairs = draw(1000, 1)
    whole = count_rows(encoder.encode(pairs), known.edges)
    parts = [count_rows(encoder.encode(part), known.edges) for part in (pairs[:300], pairs[300:])]
    np.testing.assert_array_equal(parts[0] + parts[1], whole)
    assert (whole.sum(axis=1) == 1000).all()


def test_the_index_is_that_of_the_books() -> None:
    # (.5 - .25) ln(.5 / .25) twice: hand-computed, with counts so great that the half rows do not matter.
    assert stability_index(np.array([500_000, 500_000]), np.array([250_000, 750_000])) == pytest.approx(
        0.25 * np.log(2) + 0.25 * np.log(1.5), abs=1e-5
    )
    assert stability_index(np.array([7, 9]), np.array([7, 9])) == 0


def copied(rows: int, share: float, seed: int) -> pd.DataFrame:
    """Pairs with a share of the posting that the CV repeats; people repeat a few words."""
    frame = draw(rows, seed)
    frame["cv_measure_0"] = np.clip(np.random.default_rng(seed).gamma(2, 0.01, rows) + share, 0, 1)
    return frame


def test_one_feature_far_beyond_what_people_write_flags_the_pair() -> None:
    training = copied(5000, 0, 0)
    encoder = fit_encoder(training, FEATURES, 20)
    known = learn_range(encoder.encode(training).matrix, encoder, CONFIG.input_check.stretch)
    settings = VersionSettings.of(CONFIG).input_check
    position = encoder.names.index("cv_measure_0")
    flagged = check_inputs(encoder.encode(copied(200, 0.9, 1)), encoder, known, settings)
    assert flagged.is_outside.all()
    assert flagged.outside[:, position].all()
    assert (flagged.adversarial == 1).all()
    honest = check_inputs(encoder.encode(copied(2000, 0, 2)), encoder, known, settings)
    assert honest.is_outside.mean() < 0.005
    # A version of before that limit came keeps to what it carries.
    before = settings.model_copy(update={"far_tails": None})
    assert not check_inputs(encoder.encode(copied(200, 0.9, 1)), encoder, known, before).is_outside.any()
