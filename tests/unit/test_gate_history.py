"""What a batch is held against besides its suite: the last good ones."""

from datetime import UTC, datetime, timedelta

import pytest

from cvplus.quality.history import (
    Presence,
    Volume,
    load_history_limits,
    presence_check,
    volume_check,
)
from cvplus.quality.suites import Suite

LIMITS = load_history_limits()
SUITE = Suite.model_validate(
    {
        "layer": "raw",
        "table": "a__b",
        "description": "A table of the test.",
        "columns": {"pay": {"path": "pay", "type": "number"}, "city": {"path": "city"}},
        "expectations": [
            {
                "type": "expect_column_values_to_be_between",
                "kwargs": {"column": "pay", "min_value": 0},
                "severity": "critical",
                "meaning": "Pay is below nought.",
                "action": "Look at the rows.",
            },
            {
                "type": "expect_column_values_to_match_regex",
                "kwargs": {"column": "city", "regex": "^[A-Z]"},
                "severity": "warning",
                "meaning": "This is not a city.",
                "action": "Look at the rows.",
            },
        ],
    }
)
DAY = datetime(2026, 11, 18, tzinfo=UTC)


def volume(rows: int, days_ago: int = 0, days: float = 1, is_whole: bool = False) -> Volume:
    """Rows read for a window that ended days ago."""
    end = DAY - timedelta(days=days_ago)
    return Volume(rows, end - timedelta(days=days), end, is_whole)


@pytest.mark.parametrize(
    ("column", "now", "before", "severity"),
    [
        ("pay", (25, 0), [(100, 90)], "critical"),
        ("city", (25, 0), [(100, 90)], "warning"),
        ("pay", (100, 40), [(100, 90), (100, 80)], "warning"),
        ("pay", (100, 75), [(100, 90), (100, 80)], None),
        ("pay", (25, 0), [(100, 5)], None),
        ("pay", (2_000, 0), [(1_000, 50)], "critical"),
        ("pay", (3, 0), [(100, 90)], None),
        ("pay", (5, 0), [(100, 90)], "critical"),
        ("pay", (25, 0), [(100, 0)], None),
        ("pay", (25, 0), [(100, 90), (100, 0)], None),
        ("pay", (25, 0), [(2, 2), (3, 3)], "critical"),
        ("pay", (25, 0), [], "warning"),
        ("pay", (25, 1), [], None),
        ("pay", (19, 0), [], None),
    ],
)
def test_a_column_that_is_filled_less_than_before_is_told(
    column: str, now: tuple[int, int], before: list[tuple[int, int]], severity: str | None
) -> None:
    watched = next(item for item in SUITE.watched if item.name == column)
    check = presence_check(watched, Presence(*now), [Presence(*item) for item in before], LIMITS)
    assert (None if check.is_passed else check.rule.severity) == severity


def test_fields_that_an_expression_looks_at_are_watched_but_not_promised() -> None:
    content = SUITE.model_dump()
    content["columns"]["pay"] = "case when record ->> 'unit' = 'EUR' then record #>> '{pay,amount}' end"
    watched = {item.name: (item.sql, item.severity, item.is_promised) for item in Suite(**content).watched}
    assert watched == {
        "unit": ("record ->> 'unit'", "critical", False),
        "pay.amount": ("record #>> '{pay,amount}'", "critical", False),
        "city": ("record #>> '{\"city\"}'", "warning", True),
    }


def test_a_rare_column_may_never_come() -> None:
    suite = Suite(**{**SUITE.model_dump(), "rare": ["pay"]})
    watched = next(item for item in suite.watched if item.name == "pay")
    assert presence_check(watched, Presence(25, 0), [], LIMITS).is_passed
    assert not presence_check(watched, Presence(25, 0), [Presence(100, 90)], LIMITS).is_passed


@pytest.mark.parametrize(
    ("now", "before", "severity"),
    [
        (volume(0, is_whole=True), [volume(20, 1, is_whole=True)], "critical"),
        (volume(2, is_whole=True), [volume(100, 1, is_whole=True)], "critical"),
        (volume(40, is_whole=True), [volume(100, 1, is_whole=True)], "warning"),
        (volume(60, is_whole=True), [volume(100, 1, is_whole=True)], None),
        (volume(0), [volume(20, 1)], "warning"),
        (volume(10), [volume(100, 1)], "warning"),
        (volume(40), [volume(100, 1)], None),
        (volume(0), [volume(9, 1)], None),
        (volume(0), [], None),
        # A first window of half a year says nothing of a day.
        (volume(10), [volume(2_000, 1, days=180)], None),
        # Nothing is advertised on Sundays, and that is no news.
        (volume(0), [volume(100, 1), volume(100, 2), *(volume(0, 7 * week) for week in (1, 2, 3))], None),
        (volume(0), [volume(100, 1), volume(100, 2), *(volume(0, 7 * week) for week in (1, 2))], None),
        (volume(0), [volume(0, 1), *(volume(100, 7 * week) for week in (1, 2, 3))], "warning"),
    ],
)
def test_far_fewer_rows_than_before_are_told(now: Volume, before: list[Volume], severity: str | None) -> None:
    check = volume_check(now, before, LIMITS)
    assert (None if check is None or check.is_passed else check.rule.severity) == severity
