"""Months of a CV: the three forms of a date, and spans that overlap."""

import time
from typing import Any

import pytest

from cvplus.exports.cv_dates import Span, is_open_end, merged, month_of, month_of_instant, month_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2015-03", "2015-03"),
        ("2015-03-31", "2015-03"),
        ("2015-03-31T00:00:00Z", "2015-03"),
        (" 2015-03 ", "2015-03"),
        ("2015", "2015-07"),
        (2015, "2015-07"),
        ("2015-13", None),
        ("0015-01", None),
        ("March 2015", None),
        (True, None),
        (None, None),
        ({"year": 2015}, None),
    ],
)
def test_the_month_of_a_date(value: Any, text: str | None) -> None:
    assert month_text(month_of(value)) == text


@pytest.mark.parametrize(
    ("value", "is_open"),
    [(None, True), ("", True), ("Present", True), ("2015", False), ("soon", False), (0, False)],
)
def test_an_end_that_is_open(value: Any, is_open: bool) -> None:
    assert is_open_end(value) is is_open


def test_an_instant_is_read_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    assert month_text(month_of_instant("2026-05-01T01:00:00+02:00")) == "2026-04"
    monkeypatch.undo()
    time.tzset()


def test_spans_that_overlap_or_touch_become_one() -> None:
    spans = [Span(10, 20), Span(0, 5), Span(15, 18), Span(20, 22), Span(30, 31)]
    assert merged(spans) == [Span(0, 5), Span(10, 22), Span(30, 31)]
