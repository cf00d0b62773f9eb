"""Months of a CV: dates as programs and as people write them, and spans that overlap."""

import time
from typing import Any

import pytest

from cvplus.exports.cv_dates import (
    Span,
    is_open_end,
    merged,
    month_of,
    month_of_instant,
    month_text,
    read_dates,
)


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
        ("March 2015", "2015-03"),
        ("März 2015", "2015-03"),
        ("2015年3月", "2015-03"),
        ("Q1 2015", "2015-02"),
        ("Sommer 2015", "2015-07"),
        ("since 2015", "2015-07"),
        ("some day", None),
        ("", None),
        (True, None),
        (None, None),
        ({"year": 2015}, None),
    ],
)
def test_the_month_of_a_date(value: Any, text: str | None) -> None:
    assert month_text(month_of(value)) == text


@pytest.mark.parametrize(
    ("value", "is_open"),
    [
        *[(None, True), ("", True), (" ", True), ("Present", True), ("à ce jour", True), ("至今", True)],
        *[("2015", False), ("soon", False), (0, False)],
    ],
)
def test_an_end_that_is_open(value: Any, is_open: bool) -> None:
    assert is_open_end(value) is is_open


@pytest.mark.parametrize(
    ("start", "end", "first", "last", "is_open"),
    [
        ("2015-03", "2018-02", "2015-03", "2018-02", False),
        ("2015-03", None, "2015-03", None, True),
        ("2015-03", "now", "2015-03", None, True),
        ("2015-03", "whenever", "2015-03", None, False),
        ("2015", "2018", "2015-07", "2018-07", False),
        ("2015 - 2018", None, "2015-07", "2018-07", False),
        ("März 2015 – heute", "", "2015-03", None, True),
        ("03/2015 - 02/2018", None, "2015-03", "2018-02", False),
        ("2015 – ??", None, "2015-07", None, False),
        ("March 2015 - 2018", None, "2015-03", "2018-07", False),
        (None, "2018-02", None, "2018-02", False),
    ],
)
def test_the_months_between_two_dates(
    start: Any, end: Any, first: str | None, last: str | None, is_open: bool
) -> None:
    dates = read_dates(start, end)
    assert (month_text(dates.first), month_text(dates.last), dates.is_open) == (first, last, is_open)


def test_the_language_of_a_cv_tells_the_order_of_its_dates() -> None:
    assert month_text(month_of("03/04/2015", "fr")) == "2015-04"
    assert month_of("03/04/2015", "en") is None


def test_an_instant_is_read_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    assert month_text(month_of_instant("2026-05-01T01:00:00+02:00")) == "2026-04"
    monkeypatch.undo()
    time.tzset()


def test_spans_that_overlap_or_touch_become_one() -> None:
    spans = [Span(10, 20), Span(0, 5), Span(15, 18), Span(20, 22), Span(30, 31)]
    assert merged(spans) == [Span(0, 5), Span(10, 22), Span(30, 31)]
