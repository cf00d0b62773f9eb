"""What speaks for the occupations that a title may be."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from cvplus.enrich.occupations.closer import NamesTogether
from cvplus.enrich.occupations.endings import Endings
from cvplus.enrich.occupations.groups import GroupEvidence, Hidden, Told, higher_shares
from cvplus.enrich.occupations.index import EVENNESS_WEIGHT, Pairs, Vectorizer, nearest_of
from cvplus.enrich.occupations.known import FIRST_PART, WHOLE, KnownTitle
from cvplus.enrich.occupations.matching import NOTHING, Nearest, OccupationMatch, is_meant
from cvplus.enrich.occupations.ranking import first_of_each, group_shares, scores
from cvplus.enrich.occupations.reference import esco_names, esco_table
from cvplus.enrich.occupations.tables import Candidates

ENGINEERS, MANAGERS = 0, 1


def test_the_end_of_an_unknown_compound_tells_its_group() -> None:
    endings = Endings(["byggingenjor", "elingenjor", "bankchef", "ekonomichef"], np.array([0, 0, 1, 1]), 2)
    shares = endings.shares(["gruvingenjor", "gruvchef"], endings.counts(np.ones(4, np.float32)))
    assert shares.argmax(axis=1).tolist() == [ENGINEERS, MANAGERS]
    assert shares.max(axis=1).min() > 0.7
    assert shares.sum(axis=1) == pytest.approx([1, 1], abs=0.3)


def test_a_name_of_no_weight_is_no_evidence() -> None:
    endings = Endings(["bankchef", "bagare"], np.array([0, 1]), 2)
    shares = endings.shares(["bankchef"], endings.counts(np.array([0, 1], np.float32)))
    assert shares.argmax(axis=1).tolist() == [1]


def test_groups_sum_up_to_their_higher_groups() -> None:
    shares = np.array([[0.5, 0.2, 0.3]], np.float32)
    assert higher_shares(shares, np.array([0, 1, 1])).tolist() == [pytest.approx([0.5, 0.5])]


def test_national_titles_of_a_titles_own_part_are_no_evidence() -> None:
    pieces = csr_matrix(np.eye(3, dtype=np.float32))
    names = Told(np.array([0]), pieces[:1], [("bagare",)], np.ones(1))
    national = Told(np.array([1, 1]), pieces[1:], [("gruvchef",), ("bankchef",)], np.ones(2))
    evidence = GroupEvidence(names, national, 2)
    asked = pieces[1:2], [("gruvchef",)]
    own, other = (
        evidence.shares(*asked, Hidden(np.array([0]), np.array([part, part]))).last[0, 1] for part in (0, 1)
    )
    assert own < 0.01
    assert other > 0.9


def test_the_most_alike_pairs_of_each_title_are_kept() -> None:
    pairs = Pairs(np.array([0, 1, 0, 0]), np.array([7, 8, 9, 6]), np.array([0.2, 0.1, 0.9, 0.5], np.float32))
    assert nearest_of(pairs, 2).columns.tolist() == [9, 6, 8]


def test_a_word_that_names_of_many_groups_have_weighs_less() -> None:
    names = [("agent", "bagage"), ("agent", "surete"), ("bagage", "tri"), ("surete", "garde")]
    rare = Vectorizer(names).vectors([("agent", "surete")])
    telling = Vectorizer(names, np.array([0, 1, 0, 1])).vectors([("agent", "surete")])
    agent, surete = sorted(
        {row.indices[0] for row in Vectorizer(names).vectors([("agent",), ("surete",)]).words}
    )
    assert rare.words[0, agent] == pytest.approx(rare.words[0, surete]), "both stand in two of four names"
    assert telling.words[0, agent] == pytest.approx(rare.words[0, agent] * (1 - EVENNESS_WEIGHT))
    assert telling.words[0, surete] == pytest.approx(rare.words[0, surete])


def test_an_occupations_names_of_the_same_words_are_compared_once() -> None:
    names = esco_names("de")
    pairs = list(zip(names.words, names.occupations.tolist(), strict=True))
    assert len(pairs) == len(set(pairs))
    cook = [at for at, words in enumerate(names.words) if words == ("koch",)]
    assert len({int(names.occupations[at]) for at in cook}) == len(cook)
    assert max(names.is_preferred[cook]) == 1, "Koch/Köchin is preferred, Koch and Köchin aren't"


def test_all_names_of_an_occupation_are_looked_at_together() -> None:
    names = [("koch", "hotel"), ("kuchenchef",), ("fahrer",)]
    vectorizer = Vectorizer(names)
    together = NamesTogether(
        vectorizer.vectors(names), names, np.array([0, 0, 1]), np.array([1, 0, 1], np.float32), 2
    )
    title = [("kuchenchef", "hotel")]
    told = together.look(vectorizer.vectors(title), [("bankchef",)], np.array([0, 0]), np.array([0, 1]))
    assert told["words_told"] == pytest.approx([1, 0], abs=1e-5), "two names tell a word each"
    assert told["centre"][0] > told["preferred"][0] > told["preferred"][1]
    assert told["end_of_last"].tolist() == [4, 0]
    assert told["start_of_last"].tolist() == [0, 0]
    assert told["last_length"].tolist() == [8, 8]
    whole = together.look(vectorizer.vectors(title), [("koch", "hotel")], np.array([0, 0]), np.array([0, 1]))
    assert whole["start_of_first"].tolist() == [4, 0], "no more letters than the words have"


def test_two_occupations_of_a_group_outweigh_a_likelier_one_alone() -> None:
    groups = np.array([0, 1, 1])
    likelihoods = np.array([0.36, 0.34, 0.3], np.float32)
    found = Candidates(np.zeros(3, np.int64), np.arange(3), np.zeros((3, 1), np.float32))
    assert group_shares(found, likelihoods, groups) == pytest.approx([0.36, 0.64, 0.64])
    assert first_of_each(found.rows, likelihoods).tolist() == [0]
    assert first_of_each(found.rows, scores(found, likelihoods, groups)).tolist() == [1]


@pytest.mark.parametrize(
    ("known", "is_other", "sure", "stands"),
    [
        (WHOLE, True, 0.97, True),
        (WHOLE, True, 0.5, True),
        (FIRST_PART, True, 0.2, False),
        (FIRST_PART, False, 0.2, True),
    ],
)
def test_a_first_part_known_by_heart_needs_names_of_its_group(
    known: float, is_other: bool, sure: float, stands: bool
) -> None:
    groups = esco_table().isco
    other = next(number for number, group in enumerate(groups) if (group != groups[0]) == is_other)
    answer = OccupationMatch(None, esco_table().uri(other), sure) if sure > 0.9 else NOTHING
    title = KnownTitle(0, "11-1011", known)
    assert is_meant(title, Nearest(other, sure, sure), answer) == stands
