"""Dates of a CV as months, and spans of months: how long, how far apart, counted once where they overlap."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

MONTHS_IN_A_YEAR = 12
_CV_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-\d{2}(?:T.*)?)?)?")
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2200
_OPEN_WORDS = frozenset({"present", "now", "current", "today", "ongoing", "heute", "aujourd'hui"})
# A year alone says nothing of the month. Its middle is right on average, for a start as for an end.
_MIDDLE_MONTH = 7


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Months ``first <= month < after``, counted from year 0."""

    first: int
    after: int

    @property
    def months(self) -> int:
        """Length in months."""
        return self.after - self.first


def month_of(value: Any) -> int | None:
    """Month of a CV date (``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``), counted from year 0, or ``None``."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    match = _CV_DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    year, month = int(match["year"]), int(match["month"] or _MIDDLE_MONTH)
    if not (_EARLIEST_YEAR <= year <= _LATEST_YEAR and 1 <= month <= MONTHS_IN_A_YEAR):
        return None
    return year * MONTHS_IN_A_YEAR + month - 1


def is_open_end(value: Any) -> bool:
    """Whether an end date says "until now": absent, empty, or a word such as "present"."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _OPEN_WORDS | {""})


def month_text(month: int | None) -> str | None:
    """A month as ``YYYY-MM``."""
    if month is None:
        return None
    return f"{month // MONTHS_IN_A_YEAR:04d}-{month % MONTHS_IN_A_YEAR + 1:02d}"


def month_of_instant(instant: str) -> int:
    """The month (UTC) of an ISO 8601 instant with an offset."""
    moment = datetime.fromisoformat(instant).astimezone(UTC)
    return moment.year * MONTHS_IN_A_YEAR + moment.month - 1


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order of time, those that overlap or touch made one."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.first <= result[-1].after:
            result[-1] = Span(result[-1].first, max(result[-1].after, span.after))
        else:
            result.append(span)
    return result
