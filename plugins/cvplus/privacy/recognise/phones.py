"""Telephone numbers: international ones by their sign, national ones by form, by announcement and by plan.

The plans of the countries are those of ``phonenumbers`` (Apache-2.0, the port of Google's libphonenumber).
"""

import re
from collections.abc import Iterator, Sequence

import phonenumbers

from cvplus.privacy.recognise.spans import Span

_LONGEST = 15
_SHORTEST = 7
_INTERNATIONAL = re.compile(
    r"(?:(?<![\w.])\+|(?<![\w./-])00(?=[1-9]))\s?\(?\d(?:[\s().\-/]{0,3}\d){6,14}(?![\w]|-\w)"
)
# As people write them in North America, with or without the code of the area.
_GROUPED = re.compile(r"(?<![\w.-])(?:\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}|\d{3}-\d{4})(?![\w-])")
_NATIONAL = re.compile(r"(?<![\w.,/=#-])\(?0\d(?:[\s().\-/]{0,3}\d){7,10}(?![\w]|[.,]\d)")
_ANNOUNCED = re.compile(r"\(?\d(?:[\s().\-/]{0,2}\d){6,13}(?![\w])")
_DATE_LIKE = re.compile(
    r"(?:19|20)\d{2}\s?[-/]\s?(?:19|20)\d{2}(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
)


def phones(around: str, offset: int, regions: Sequence[str]) -> Iterator[Span]:
    """Telephone numbers in a part of a text that begins at ``offset``.

    ``regions`` are the countries (ISO 3166-1) whose national plans are tried for a number that begins with 0.
    """
    for pattern in (_INTERNATIONAL, _GROUPED):
        for match in pattern.finditer(around):
            yield Span(offset + match.start(), offset + match.end(), "phone")
    for match in _NATIONAL.finditer(around):
        if _DATE_LIKE.search(match.group()) is None and _is_in_plan(match.group(), regions):
            yield Span(offset + match.start(), offset + match.end(), "phone")


def announced_phone(text: str, start: int) -> int | None:
    """Where a number that a word such as ``Tel.`` announces ends; ``None`` when none begins here."""
    match = _ANNOUNCED.match(text, start)
    return None if match is None or _DATE_LIKE.match(match.group()) else match.end()


def is_phone(digits: str) -> bool:
    """Whether digits alone, as a program stores them, are an international number without its sign."""
    return _SHORTEST < len(digits) <= _LONGEST and _is_valid(f"+{digits}", None)


def _is_in_plan(written: str, regions: Sequence[str]) -> bool:
    return any(_is_valid(written, region) for region in regions)


def _is_valid(written: str, region: str | None) -> bool:
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(written, region)))
    except phonenumbers.NumberParseException:
        return False
