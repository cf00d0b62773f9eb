"""The days that a date covers, and what cannot be told of them."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from cvplus.enrich.readers.date_words import load_date_words
from cvplus.enrich.readers.plain_words import plain

PRECISIONS = ("day", "month", "season", "quarter", "half", "year")
"""From the finest to the coarsest."""

SURE, SETTLED, VAGUE = 0.95, 0.9, 0.7
"""Confidence: it stands there; a hint or a day above 12 settled it; its part of the year has no bounds."""

_YEARS = range(1900, 2101)
# A year of two digits is of this century up to here, and of the last from there; between is neither.
_LAST_OF_2000, _FIRST_OF_1900 = 30, 50


class UnreadDate(Exception):
    """A text is written as a date, and which one cannot be told. ``reason`` is one of the reader's codes."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of who wrote a date: ISO codes, and the order of another date beside it."""

    country: str | None = None
    language: str | None = None
    is_day_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """The days from ``first`` to ``last``, both included, that a date of that precision covers.

    ``is_day_first``: whether the day stands before the month; ``None`` where the order tells nothing.
    """

    first: date
    last: date
    precision: str
    confidence: float = SURE
    is_day_first: bool | None = None


def month_point(year: int, month: int) -> Point:
    """A month of a year."""
    return months_point(year, month, 1, "month")


def day_point(
    year: int, month: int, day: int, confidence: float = SURE, is_day_first: bool | None = None
) -> Point:
    """A day."""
    _check_year(year)
    try:
        told = date(year, month, day)
    except ValueError as error:
        raise UnreadDate("no_such_day") from error
    return Point(told, told, "day", confidence, is_day_first)


def year_of(digits: str) -> int:
    """A year of two or of four digits.

    Raises:
        UnreadDate: two digits that may be of either century.
    """
    year = int(digits.lstrip("'"))
    if len(digits) == 4 and digits.isdigit():
        return year
    if _LAST_OF_2000 < year < _FIRST_OF_1900:
        raise UnreadDate("year_of_two_digits")
    return year + (2000 if year <= _LAST_OF_2000 else 1900)


def _check_year(year: int) -> None:
    if year not in _YEARS:
        raise UnreadDate("year_unlikely")


def months_point(year: int, month: int, count: int, precision: str, confidence: float = SURE) -> Point:
    """So many months from a month on; they may end in a later year."""
    _check_year(year)
    if not 1 <= month <= 12:
        raise UnreadDate("no_such_day")
    carried, last_month = divmod(month + count - 2, 12)
    last_year = year + carried
    last = date(last_year, last_month + 1, monthrange(last_year, last_month + 1)[1])
    return Point(date(year, month, 1), last, precision, confidence)


def era_point(name: str, digits: str, month: str | None, day: str | None) -> Point:
    """A date of an era, as far as it lies within it: 平成31年 ends with April."""
    eras = load_date_words().eras
    era = next(era for era in eras if name in (plain(era.name), era.letter))
    count = 1 if digits == "元" else int(digits)
    year = era.first.year + count - 1
    if count < 1:
        raise UnreadDate("no_such_day")
    if month and day:
        point = day_point(year, int(month), int(day))
    else:
        point = month_point(year, int(month)) if month else months_point(year, 1, 12, "year")
    later = [other.first for other in eras if other.letter and era.letter and other.first > era.first]
    first = max(point.first, era.first)
    last = min([point.last, *(begin - timedelta(days=1) for begin in later)])
    if first > last:
        raise UnreadDate("no_such_day")
    return Point(first, last, point.precision)
