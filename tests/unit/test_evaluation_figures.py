"""Figures of quality and their intervals."""

import pytest

from cvplus.evaluation.figures import Figure, f1_estimate, share_of


def test_a_share_has_wilsons_interval() -> None:
    """Checked against the table of Newcombe (1998): 81 of 263 is 0.3080, 0.2553 to 0.3662."""
    estimate = share_of(81, 263)
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx((0.3080, 0.2553, 0.3662), abs=5e-5)


def test_nothing_measured_says_nothing() -> None:
    assert (share_of(0, 0).low, share_of(0, 0).high) == (0.0, 1.0)
    assert (f1_estimate([(1, 1, 1)]).low, f1_estimate([(1, 1, 1)]).high) == (0.0, 1.0)


def test_f1_counts_over_all_documents_and_its_interval_narrows_with_them() -> None:
    few = [(3, 4, 4), (1, 2, 1), (2, 2, 3), (0, 1, 2)]
    estimate, narrower = f1_estimate(few), f1_estimate(few * 20)
    assert estimate.value == narrower.value == pytest.approx(2 * 6 / (9 + 10))
    assert estimate.low < narrower.low < narrower.value < narrower.high < estimate.high
    assert f1_estimate(few) == estimate


def test_a_figure_below_its_aim_is_missed() -> None:
    figure = Figure("titles", "top 1", "somewhere", 100, 0.5, 0.4, 0.6, aim=0.6)
    assert figure.is_missed
    assert not Figure("titles", "top 1", "somewhere", 100, 0.5, 0.4, 0.6).is_missed
