"""Spans, instants and foreign texts read as people say them."""

from datetime import UTC, datetime, timedelta

import pytest

from cvplus.status.phrases import ahead, counted, first_sentence, instant, listed, plain, remedy_of, span

NOW = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "less than a second"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (125, "2 minutes 5 seconds"),
        (3_599, "59 minutes"),
        (7_500, "2 hours 5 minutes"),
        (86_400 * 4 + 7_200, "4 days 2 hours"),
        (86_400 * 36 + 7_200, "36 days"),
        (-5, "less than a second"),
    ],
)
def test_a_span_names_its_two_largest_units_while_the_smaller_one_says_something(
    seconds: float, words: str
) -> None:
    assert span(timedelta(seconds=seconds)) == words


def test_an_instant_of_today_needs_no_date_and_a_near_one_has_seconds() -> None:
    assert instant(NOW + timedelta(minutes=3, seconds=7), NOW) == "19:03:07 UTC"
    assert instant(NOW + timedelta(hours=3), NOW) == "22:00 UTC"
    assert instant(NOW + timedelta(hours=9), NOW) == "2026-11-29 04:00 UTC"


def test_what_should_have_come_is_due() -> None:
    assert ahead(NOW - timedelta(seconds=1), NOW) == "at once (it is due)"


def test_numbers_have_their_noun() -> None:
    assert [counted(1, "batch"), counted(2, "batch"), counted(1234, "row")] == [
        "1 batch",
        "2 batches",
        "1,234 rows",
    ]


def test_the_first_sentence_of_an_error_leaves_the_remedy_out() -> None:
    error = "GateFailed: [gate_failed] batch=a.b.1: 3 of 5 rows. 2 more. The rest is fine. Next: Look at it."
    assert first_sentence(error) == "GateFailed: [gate_failed] batch=a.b.1: 3 of 5 rows. 2 more."
    assert remedy_of(error) == "Look at it."
    assert remedy_of("It just broke.") is None


def test_a_foreign_text_cannot_command_the_terminal_or_break_the_line() -> None:
    assert plain("red \x1b[31malert\x07\n next\tline") == "red [31malert next line"


def test_a_long_text_is_cut() -> None:
    assert len(first_sentence("word " * 200)) == 300


def test_names_in_a_row_end_in_a_count() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b", "c"], 2) == "a, b and 1 more"
