"""The figures of titles: shares with their size and interval, and what is held back."""

import numpy as np
import pytest

from cvplus.enrich.occupations.evaluation import Figure, figures_of, printed
from cvplus.enrich.occupations.fit import Judged


def test_an_interval_is_wilsons() -> None:
    assert Figure("", 8, 10).interval == pytest.approx((0.490, 0.943), abs=0.001)
    assert Figure("", 0, 0).interval == (0.0, 1.0)


def test_what_is_unsure_counts_as_unanswered_and_never_as_right() -> None:
    judged = Judged(
        occupations=np.array([5, 6, 7, -1]),
        confidence=np.array([0.9, 0.6, 0.2, 0.0], np.float32),
        group_confidence=np.array([0.95, 0.8, 0.3, 0.0], np.float32),
        is_right=np.array([1, 0, 1, 0]),
        is_group_right=np.array([1, 1, 1, 0]),
    )
    figures = {figure.name: figure for figure in figures_of(["de", "de", "sv", "sv"], judged, lowest=0.7)}
    assert figures["all right at the occupation, nothing held back"].value == 0.5
    assert figures["de answered"].value == 1.0
    assert figures["sv answered"].value == 0.0
    assert figures["all answered and right at the occupation"].value == 0.25
    assert figures["all right at the group, of answers"].of == 2
    assert "0.500" in printed(list(figures.values()))
