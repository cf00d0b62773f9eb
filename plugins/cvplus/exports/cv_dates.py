"""Dates of a CV as months, and spans of months: how long, how far apart, counted once where they overlap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from cvplus.enrich.readers.answer import as_written
from cvplus.enrich.readers.date import DateSpan, read_date
from cvplus.instants import iso_instant

MONTHS_IN_A_YEAR = 12
_MONTHS = {"season": 3, "quarter": 3, "half": 6, "year": MONTHS_IN_A_YEAR}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Months ``first <= month < after``, counted from year 0."""

    first: int
    after: int

    @property
    def months(self) -> int:
        """Length in months."""
        return self.after - self.first


@dataclass(frozen=True, slots=True)
class Dates:
    """The first and the last month of a job or of a study; ``None`` where it is untold or unreadable.

    ``is_open``: whether it goes on until now.
    """

    first: int | None
    last: int | None
    is_open: bool

    @property
    def are_read(self) -> bool:
        """Whether both ends are known, and in order."""
        if self.first is None:
            return False
        return self.is_open or (self.last is not None and self.first <= self.last)


def read_dates(start: Any, end: Any, language: str | None = None) -> Dates:
    """The months between two dates of a CV, each as a person or a program wrote it.

    Without an end it goes on, as JSON Resume has it, unless both ends stand where the start belongs. An end
    that is there and cannot be read is no open one. Of a year, a season or a quarter the middle month is
    taken: on average it is right for a start as for an end.
    """
    told_start, told_end = _span_of(start, language), _span_of(end, language)
    first, last = _begin(told_start), _end(told_end)
    if end is not None and (not isinstance(end, str) or as_written(end).strip()):
        return Dates(first, last, told_end is not None and told_end.is_open is True)
    last = _end(told_start)
    if last is None or last == first:
        return Dates(first, None, told_start is None or told_start.is_open is not None)
    return Dates(first, last, False)


def month_of(value: Any, language: str | None = None) -> int | None:
    """Month of a CV's date, counted from year 0, or ``None``; the middle one of a year, season or quarter."""
    return _begin(_span_of(value, language))


def is_open_end(value: Any, language: str | None = None) -> bool:
    """Whether an end date says "until now": absent, empty, or a word such as "present"."""
    return read_dates(None, value, language).is_open


def _span_of(value: Any, language: str | None) -> DateSpan | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return read_date(as_written(value), language=language).value if isinstance(value, str) else None


def _begin(span: DateSpan | None) -> int | None:
    """The middle month of the date that a span begins with."""
    if span is None or span.from_date is None:
        return None
    months = _MONTHS.get(span.precision or "", 1)
    # "March 2019 - 2021" has the precision of its end; March is a month all the same.
    is_whole = months < MONTHS_IN_A_YEAR or span.from_date.month == 1
    return _month(span.from_date) + (months // 2 if is_whole else 0)


def _end(span: DateSpan | None) -> int | None:
    """The middle month of the date that a span ends with."""
    if span is None or span.to_date is None:
        return None
    months = _MONTHS.get(span.precision or "", 1)
    is_whole = months < MONTHS_IN_A_YEAR or span.to_date.month == MONTHS_IN_A_YEAR
    return _month(span.to_date) - ((months - 1) // 2 if is_whole else 0)


def _month(day: date) -> int:
    return day.year * MONTHS_IN_A_YEAR + day.month - 1


def month_text(month: int | None) -> str | None:
    """A month as ``YYYY-MM``."""
    if month is None:
        return None
    return f"{month // MONTHS_IN_A_YEAR:04d}-{month % MONTHS_IN_A_YEAR + 1:02d}"


def month_of_instant(instant: str) -> int:
    """The month (UTC) of an ISO 8601 instant with an offset."""
    moment = iso_instant(instant).astimezone(UTC)
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
