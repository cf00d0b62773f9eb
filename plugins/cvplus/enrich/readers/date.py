"""Dates and spans of time as CVs and postings write them, in seven languages: the days that they cover.

A date covers what it tells and no less: "2019" is 2019-01-01 to 2019-12-31 at precision ``year``, "April
2019" the days of April, and "2019 - 2021" runs to 2021-12-31. "Since" and "until now" make a span
``is_open``; it has no ``to``. "Until 2020" has no ``from``. "Now" alone is open and has neither.

Reasons for null:

- ``no_date``: it is written like no date; ``too_long``: more than a date and its words;
- ``relative``: it counts from a day that it doesn't tell ("3 days ago", "seit 3 Jahren");
- ``day_or_month``: 03/04/2020 without a country or language that writes one of them first;
- ``year_untold``, ``year_of_two_digits``: there is none, or it may be of two centuries or be no year;
- ``year_unlikely``: outside 1900-2100; ``no_such_day``: 31 February, month 13, 平成40年;
- ``season_of_two_years``: a winter told by one year; ``fiscal_year``: whose, isn't known;
- ``approximate``: around a year; ``ends_before_begin``: a span that runs backwards;
- ``as_of``: 現在 behind a date, which says "as of" or, where a dash was lost, "until now";
- ``several_readings``: it can be parted in several ways;
- ``end_unread``: the ``to`` of a span alone is null, for its end is told as unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from cvplus.enrich.readers.answer import SHOWN_AS, Answer, Text, unread
from cvplus.enrich.readers.date_forms import read_point
from cvplus.enrich.readers.date_patterns import span_patterns
from cvplus.enrich.readers.date_points import (
    PRECISIONS,
    SURE,
    VAGUE,
    Hints,
    Point,
    UnreadDate,
    day_point,
    month_point,
)
from cvplus.enrich.readers.date_words import month_names
from cvplus.enrich.readers.plain_words import plain
from cvplus.enrich.readers.registry import Reader

LONGEST_DATE = 120
"""Characters of the longest text that is a date with its words."""

# What may stand around a date and isn't of it; a hyphen behind it is.
_AROUND = " \t\n,;:|•·*\"'()[]{}<>«»「」【】()_=!"


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The first and the last day, both included.

    ``is_open``: whether it goes on until now; ``None`` when its end is unknown. ``precision`` is the coarser
    one of both ends: ``day``, ``month``, ``season``, ``quarter``, ``half``, ``year``; none for "now" alone.
    """

    from_date: date | None = field(metadata={SHOWN_AS: "from"})
    to_date: date | None = field(metadata={SHOWN_AS: "to"})
    is_open: bool | None
    precision: str | None


def read_dates(texts: Sequence[Text]) -> list[Answer[DateSpan]]:
    """The spans of time that texts tell."""
    return [read_date(text.text, text.country, text.language) for text in texts]


@lru_cache(maxsize=16_384)
def read_date(text: str, country: str | None = None, language: str | None = None) -> Answer[DateSpan]:
    """The span of time that a text tells; ``country`` and ``language`` are ISO codes of who wrote it."""
    # Cut before anything else: what is longer is none.
    if len(text.strip()) > LONGEST_DATE:
        return unread("too_long")
    hints = Hints(country.upper() if country else None, language.lower()[:2] if language else None)
    told = _without_symbols(plain(text))
    try:
        return _read(told, hints) or unread(_why_none(told))
    except UnreadDate as error:
        return unread(error.reason)


def _without_symbols(text: str) -> str:
    """A text without emoji and brackets around it, a label before it, a length and a weekday."""
    patterns = span_patterns()
    text = patterns.emoji.sub(" ", text).strip(_AROUND)
    if text.count("(") < text.count(")"):
        text = text.rstrip(")")
    text = patterns.length.sub("", text + (")" if text.count("(") > text.count(")") else "")).strip(_AROUND)
    label = patterns.label.match(text)
    if label and not patterns.word_of_span.fullmatch(label["label"].strip()):
        text = text[label.end() :]
    text = patterns.event.sub("", text, count=1)
    text = patterns.event_ending.sub("", text, count=1)
    if pair := patterns.paired.fullmatch(text):
        text = " ~ ".join(part for part in pair.groups() if part)
    return patterns.weekday.sub("", text).strip(_AROUND)


def _read(text: str, hints: Hints) -> Answer[DateSpan] | None:
    patterns = span_patterns()
    if patterns.now.fullmatch(text):
        return Answer(DateSpan(None, None, True, None), SURE)
    for pattern, is_open in ((patterns.since, True), (patterns.until, False)):
        match = pattern.fullmatch(text)
        rest = match and (match["rest"] or match["before"])
        if match and rest and (point := _point(rest, hints)):
            confidence = VAGUE if match.groupdict().get("weak") else point.confidence
            if is_open:
                return Answer(DateSpan(point.first, None, True, point.precision), confidence)
            return Answer(DateSpan(None, point.last, False, point.precision), confidence)
    if point := _point(text, hints):
        return Answer(DateSpan(point.first, point.last, False, point.precision), point.confidence)
    return _span(text, hints)


def _point(text: str, hints: Hints) -> Point | None:
    """A date with or without a preposition before it."""
    return read_point(span_patterns().leading.sub("", text, count=1).strip(), hints)


def _span(text: str, hints: Hints) -> Answer[DateSpan] | None:
    """A text that a sign or a word parts into two ends, where there is one way to do it."""
    found: set[Answer[DateSpan]] = set()
    reason: str | None = None
    for match in span_patterns().between.finditer(text):
        begin, end = text[: match.start()].strip(), text[match.end() :].strip()
        try:
            answer = _of_ends(begin, end, match[0].strip(), _with_order(begin, end, hints))
        except UnreadDate as error:
            reason = reason or error.reason
            continue
        if answer:
            found.add(answer)
    if len(found) > 1:
        raise UnreadDate("several_readings")
    if not found and reason:
        raise UnreadDate(reason)
    return found.pop() if found else None


def _with_order(begin: str, end: str, hints: Hints) -> Hints:
    """The hints, and the order of day and month that either end settles: who wrote one wrote the other."""
    for text in (begin, end):
        try:
            point = _point(text, hints)
        except UnreadDate:
            continue
        if point and point.is_day_first is not None:
            return replace(hints, is_day_first=point.is_day_first)
    return hints


def _of_ends(begin: str, end: str, sign: str, hints: Hints) -> Answer[DateSpan] | None:
    patterns = span_patterns()
    begin = patterns.since_word.sub("", begin, count=1).strip()
    end = patterns.until_ending.sub("", patterns.until_word.sub("", end, count=1)).strip()
    first = _end_point(begin, hints)
    if sign == "/" and not (isinstance(first, _Partial) or (begin[-1:].isdigit() and end[:1].isdigit())):
        return None
    if not end or patterns.now.fullmatch(end):
        if isinstance(first, Point):
            return Answer(
                DateSpan(first.first, None, True, first.precision), first.confidence if end else VAGUE
            )
        if first is not None and end:
            raise UnreadDate("year_untold")
        return None
    if patterns.unknown.fullmatch(end) and isinstance(first, Point):
        return Answer(DateSpan(first.first, None, None, first.precision), first.confidence, "end_unread")
    last = _end_point(end, hints)
    if isinstance(first, _Partial) and isinstance(last, Point):
        first = first.before(last)
    elif isinstance(first, Point) and isinstance(last, _Partial):
        last = last.after(first)
    if not isinstance(first, Point) or not isinstance(last, Point):
        return None
    if sign == "/" and first.precision != last.precision:
        return None
    if first.first > last.last:
        raise UnreadDate("ends_before_begin")
    coarser = max(first.precision, last.precision, key=PRECISIONS.index)
    return Answer(DateSpan(first.first, last.last, False, coarser), min(first.confidence, last.confidence))


@dataclass(frozen=True, slots=True)
class _Partial:
    """An end of a span that leaves its year, or also its month, to the other end."""

    day: int | None
    month: int | None

    def before(self, other: Point) -> Point:
        """This end as the first of a span."""
        if self.month is None:
            if other.precision == "month":
                return _month_in(other.first.year, self.day or 0, other)
            if not other.is_day_first:
                raise UnreadDate("several_readings")
        return self._in_year(other, self.month or other.first.month)

    def after(self, other: Point) -> Point:
        """This end as the last of a span."""
        if self.month is None:
            raise UnreadDate("several_readings")
        return self._in_year(other, self.month)

    def _in_year(self, other: Point, month: int) -> Point:
        year = other.first.year
        if self.day is None or (self.month is None and other.precision == "month"):
            return _month_in(year, month, other)
        if other.precision != "day":
            raise UnreadDate("several_readings")
        return day_point(year, month, self.day)


def _month_in(year: int, month: int, other: Point) -> Point:
    if other.precision not in ("month", "day"):
        raise UnreadDate("year_untold")
    return month_point(year, month)


def _end_point(text: str, hints: Hints) -> Point | _Partial | None:
    point = _point(text, hints)
    if point is not None:
        return point
    match = span_patterns().partial.fullmatch(span_patterns().leading.sub("", text, count=1))
    if match is None:
        return None
    month = match["m"] or match["mon"]
    if month is None:
        return _Partial(int(match["d"]), None)
    day = match["md"] or match["dd"]
    return _Partial(int(day) if day else None, int(month) if month.isdigit() else month_names()[month])


def _why_none(text: str) -> str:
    patterns = span_patterns()
    for reason, pattern in (
        ("relative", patterns.relative),
        ("as_of", patterns.as_of),
        ("fiscal_year", patterns.fiscal),
        ("approximate", patterns.approximate),
        ("year_untold", patterns.partial_named),
    ):
        if pattern.search(text):
            return reason
    return "no_date"


READER = Reader("date", DateSpan, read_dates)
