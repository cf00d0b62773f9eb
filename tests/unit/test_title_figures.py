"""The figures of titles: shares with their size, and what is held back."""

import numpy as np

from cvplus.enrich.occupations.evaluation import Share, figures_of, printed
from cvplus.enrich.occupations.fit import Judged


def share_of_answers(share: Share) -> float:
    return share.right / share.of


def test_what_is_unsure_counts_as_unanswered_and_never_as_right() -> None:
    judged = Judged(
        occupations=np.array([5, 6, 7, -1]),
        confidence=np.array([0.9, 0.6, 0.2, 0.0], np.float32),
        group_confidence=np.array([0.95, 0.8, 0.3, 0.0], np.float32),
        is_right=np.array([1, 0, 1, 0]),
        is_group_right=np.array([1, 1, 1, 0]),
    )
    shares = {share.name: share for share in figures_of(["de", "de", "sv", "sv"], judged, lowest=0.7)}
    assert share_of_answers(shares["all right at the occupation, nothing held back"]) == 0.5
    assert share_of_answers(shares["de answered"]) == 1.0
    assert share_of_answers(shares["sv answered"]) == 0.0
    assert share_of_answers(shares["all answered and right at the occupation"]) == 0.25
    assert shares["all right at the group, of answers"].of == 2
    assert "0.500" in printed(list(shares.values()))
