"""Chances that were told, beside the true ones: what regret, bias and calibration error say."""

import numpy as np
import pytest

from cvplus.evaluation.predictions import bias, calibration_error, regret

TRUE = np.linspace(0.02, 0.6, 1_000)


def test_the_truth_itself_has_no_regret_no_bias_and_no_error() -> None:
    assert (regret(TRUE, TRUE), bias(TRUE, TRUE), calibration_error(TRUE, TRUE)) == (0, 0, 0)


def test_a_constant_is_calibrated_and_regrets_all_that_it_could_have_known() -> None:
    mean = np.full_like(TRUE, TRUE.mean())
    entropy = -(TRUE * np.log(TRUE) + (1 - TRUE) * np.log(1 - TRUE)).mean()
    of_mean = -(TRUE.mean() * np.log(TRUE.mean()) + (1 - TRUE.mean()) * np.log(1 - TRUE.mean()))
    assert bias(mean, TRUE) == pytest.approx(0)
    assert regret(mean, TRUE) == pytest.approx(of_mean / entropy - 1)
    assert regret(mean, TRUE) > 0.1


def test_what_is_told_too_high_everywhere_is_as_far_off_as_it_is_too_high() -> None:
    told = TRUE + 0.05
    assert bias(told, TRUE) == pytest.approx(0.05)
    assert calibration_error(told, TRUE) == pytest.approx(0.05)
    assert regret(told, TRUE) > 0


def test_errors_that_cancel_over_all_do_not_cancel_between_tenths() -> None:
    told = 0.5 * TRUE + 0.5 * TRUE.mean()
    assert bias(told, TRUE) == pytest.approx(0)
    assert calibration_error(told, TRUE) > 0.05


def test_a_certain_wrong_word_costs_much_and_not_everything() -> None:
    told = np.where(np.arange(len(TRUE)) == 0, 0.0, TRUE)
    assert 0 < regret(told, TRUE) < np.inf
