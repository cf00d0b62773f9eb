"""Weekly demand beside a market whose jobs are known: errors, and the signs of trends."""

from datetime import date, timedelta
from typing import Any, cast

import psycopg
import pytest

from cvplus.evaluation import demand

MONDAY = date(2026, 5, 4)
WEEKS = [MONDAY, MONDAY + timedelta(days=7)]
LIVES = [
    {"job": 1, "posted_at": "2026-05-01T00:00:00Z", "closed_at": "2026-05-05T00:00:00Z",
     "occupation": "15-1252", "industry": "tech"},
    {"job": 2, "posted_at": "2026-05-06T00:00:00Z", "closed_at": "2026-06-05T00:00:00Z",
     "occupation": "15-1252", "industry": "tech"},
    {"job": 3, "posted_at": "2026-05-12T00:00:00Z", "closed_at": "2026-06-05T00:00:00Z",
     "occupation": None, "industry": "government"},
]  # fmt: skip
JOB_OF = {"cvplus:J1": 1, "cvplus:J2": 2, "usajobs:3": 3}


class Answers:
    """A connection that knows the answer of each query."""

    def __init__(self, **changed: Any) -> None:
        jobs = [(MONDAY, "a", "product", "15-1252", "technology"),
                (MONDAY, "b", "product", "15-1252", "technology"),
                (WEEKS[1], "b", "product", "15-1252", "technology"),
                (WEEKS[1], "c", "usajobs", None, "government")]  # fmt: skip
        self.answers: dict[str, Any] = {
            "_WEEKS": [(week,) for week in WEEKS],
            "_LISTINGS": [("a", "cvplus:J1"), ("b", "cvplus:J2"), ("c", "usajobs:3")],
            "_JOB_WEEKS": jobs,
            "_TOTALS": [(MONDAY, 2), (WEEKS[1], 2)],
            "_CHANGES": [("technology", WEEKS[1], -1), ("government", WEEKS[1], 1)],
            **changed,
        }

    def execute(self, query: str) -> "Answers":
        """Remember which query was asked."""
        (self.asked,) = [name for name in self.answers if getattr(demand, name) == query]
        return self

    def fetchall(self) -> Any:
        """Its answer."""
        return self.answers[self.asked]


def measured(**changed: Any) -> dict[str, float]:
    connection = cast(psycopg.Connection, Answers(**changed))
    figures = demand.weekly_demand(connection, LIVES, JOB_OF, "a market", "")
    return {figure.name: figure.value for figure in figures}


def test_what_is_counted_as_it_was_has_no_error() -> None:
    assert measured() == {
        "open jobs a week, error": 0,
        "open jobs a week and occupation, error": 0,
        "occupation-weeks within 2 %": 1,
        "open jobs a week and occupation as read, error": 0,
        "sign of the trend of an industry-week": 1,
    }


def test_what_is_too_much_and_too_little_does_not_cancel_out() -> None:
    assert measured(_TOTALS=[(MONDAY, 3), (WEEKS[1], 1)])["open jobs a week, error"] == 2 / 4
    read = [
        (MONDAY, "a", "product", "15-1299", "technology"),
        (MONDAY, "b", "product", "15-1252", "technology"),
        (WEEKS[1], "b", "product", "15-1252", "technology"),
    ]
    found = measured(_JOB_WEEKS=read)
    assert found["open jobs a week and occupation, error"] == 0
    assert found["open jobs a week and occupation as read, error"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(("change", "right"), [(-5, 1), (0, 0.5), (2, 0.5), (None, 0.5)])
def test_a_trend_is_right_where_its_sign_is(change: int | None, right: float) -> None:
    changes = [("technology", WEEKS[1], change), ("government", WEEKS[1], 1)]
    assert measured(_CHANGES=changes)["sign of the trend of an industry-week"] == right


def test_a_week_that_no_source_covers_is_not_measured() -> None:
    assert measured(_WEEKS=[(MONDAY,)]) == {}
