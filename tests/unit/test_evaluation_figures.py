"""Figures of quality and their intervals."""

from pathlib import Path

import pytest

from cvplus.enrich.readers.registry import KINDS
from cvplus.evaluation.commands import page_of
from cvplus.evaluation.figures import Figure, f1_estimate, share_of
from cvplus.evaluation.reader_cases import REWRITINGS, Case, all_cases
from cvplus.evaluation.readers import reader_figures


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


def test_a_figure_above_what_it_must_not_exceed_is_missed() -> None:
    figure = Figure("readers", "wrong", "somewhere", 100, 0.01, 0.0, 0.05, at_most=0.0)
    assert figure.is_missed
    assert not Figure("readers", "wrong", "somewhere", 100, 0.0, 0.0, 0.05, at_most=0.0).is_missed
    assert "at most 0.00, *missed*" in page_of([figure])


def test_readers_are_counted_right_null_and_wrong() -> None:
    cases = [
        Case("seniority", "Senior Engineer", {"seniority": "senior"}),
        Case("seniority", "Accountant", {"seniority": None}),
        # Expected of texts that say something else, and nothing.
        Case("seniority", "Senior Accountant", {"seniority": "junior"}),
        Case("seniority", "Plumber", {"seniority": "lead"}),
    ]
    figures = {figure.name: figure for figure in reader_figures(cases)}
    assert (figures["seniority: right"].value, figures["seniority: right"].size) == (0.5, 4)
    assert figures["seniority: right"].note.startswith("1 of them null")
    rewritten = {end: figures[f"seniority, rewritten: {end}"] for end in ("right", "null", "wrong")}
    assert {figure.size for figure in rewritten.values()} == {4 * len(REWRITINGS)}
    assert {end: figure.value for end, figure in rewritten.items()} == {
        "right": 0.5,
        "null": 0.25,
        "wrong": 0.25,
    }
    assert [figure.name for figure in figures.values() if figure.is_missed] == ["seniority, rewritten: wrong"]


def test_every_kind_has_a_table_of_cases() -> None:
    assert {case.kind for case in all_cases()} == set(KINDS)


def test_no_figure_is_made_of_tables_that_are_not_there(tmp_path: Path) -> None:
    assert reader_figures(list(all_cases(tmp_path))) == []
