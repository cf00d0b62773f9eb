"""Amounts in a text: digits however grouped, thousands, lakhs and 万, and the currency beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from price_parser import Price

from cvplus.enrich.readers.pay.vocabulary import LETTER, currencies, currencies_of, marks, patterns

# "60.000,00", "60 000", "100'000", "10,00,000", "1234.5"; all of it: no digit stands before or after.
_NUMBER = re.compile(
    r"[0-9](?<![0-9]{2})(?<![0-9][.,'’][0-9])"
    r"(?:[0-9]{0,2}(?:([.,'’ ])[0-9]{3})(?:\1[0-9]{3}){0,4}|[0-9]?(?:,[0-9]{2}){1,3},[0-9]{3}|[0-9]{0,12})"
    r"(?:[.,][0-9]{1,2})?(?![0-9]|[.,'’][0-9])"
)
_WORD_END = rf"(?![{LETTER}])"
_MAGNITUDE = re.compile(
    rf"[ \t]?(?:(?P<myriads>[万萬만]|w{_WORD_END})"
    r"(?:(?P<rest>[0-9]{1,4})(?=\s?[円元원])|(?P<thousands>[1-9])千)?"
    rf"|(?P<lakh>lpa|lakhs?|lacs?|l){_WORD_END}|(?P<crore>crores?|cr){_WORD_END}"
    rf"|(?P<thousand>千|k(?:{_WORD_END}|(?=eur|chf|usd|gbp|cad|aud|sgd|sek|nok|pln))|tsd\.?{_WORD_END}"
    rf"|(?:thousand|tusen){_WORD_END}|t(?=\s?€|\s?eur|kr))"
    rf"|(?P<hundred_million>[億亿])"
    rf"|(?P<million>(?:m|mn|mln|mio|millions?|millionen|miljoner|juta)\.?{_WORD_END})"
    rf"|(?P<billion>(?:bn|b|billions?|mrd|milliarden|milliards?|tn|trillion)\.?{_WORD_END}))",
    re.IGNORECASE,
)
_INDIAN_GROUPS = re.compile(r"[0-9]{1,2}(?:,[0-9]{2}){1,3},[0-9]{3}(?:\.[0-9]{1,2})?")
_ROUND = re.compile(r"[.,:](?:-{1,2}|—|–)(?!\s?\d)")
_PLAN = re.compile(r"\s?\(?\s?k\)?", re.IGNORECASE)
_PLANS = ("401", "403", "457")
_LETTER = re.compile(f"[{LETTER}]")
_LONGEST_MARK = 7
_CHINESE = re.compile("[薪元年月]")
_SCALES = {
    "thousand": 1e3,
    "lakh": 1e5,
    "million": 1e6,
    "crore": 1e7,
    "hundred_million": 1e8,
    "billion": 1e9,
}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount, in units of what it counts, and the place where it stands with its marks.

    ``scale`` is what its own word for thousands and the like multiplies it by, 1 without one; ``marks`` are
    the sets of currencies that each of its marks may be.
    """

    value: float
    scale: float
    marks: tuple[frozenset[str], ...]
    start: int
    end: int
    is_lpa: bool = False
    is_percent: bool = False


def amounts_in(text: str) -> Iterator[Amount]:
    """The amounts of a text, in order. Numbers that belong to a word or to another thing are none."""
    has_small_letters = not text.isupper()
    after_last = 0
    for number in _NUMBER.finditer(text):
        if number.start() < after_last:
            continue
        amount = _amount(text, number, after_last, has_small_letters)
        if amount is not None:
            after_last = amount.end
            yield amount


def _amount(text: str, number: re.Match[str], after_last: int, has_small_letters: bool) -> Amount | None:
    start, end = number.span()
    if number[0] in _PLANS and _PLAN.match(text, end):
        return None
    found: list[str] = []
    while len(found) < 2 and (before := _mark_before(text, after_last, start)) is not None:
        found.append(text[slice(*before)])
        start = before[0]
    magnitude = _MAGNITUDE.match(text, end)
    scale, more, is_lpa = 1.0, 0.0, False
    if magnitude is not None:
        end = magnitude.end()
        name = magnitude.lastgroup or ""
        is_lpa = magnitude[0].strip().lower() == "lpa"
        if magnitude["myriads"]:
            if magnitude["myriads"] in "wW" and not _CHINESE.search(text, max(0, start - 12), end + 12):
                return None
            scale, more = 1e4, float(magnitude["rest"] or 0) + 1e3 * float(magnitude["thousands"] or 0)
        else:
            scale = _SCALES[name]
    if scale > 1 and text[end : end + 1].isdigit():
        return None  # "2k5"
    rounded = _ROUND.match(text, end)
    end = rounded.end() if rounded else end
    after = marks().after.match(text, end)
    if after is not None:
        found += [mark for mark in after.groups() if mark]
        end = after.end()
    if not all(_is_meant(mark, has_small_letters) for mark in found):
        return None
    told = tuple(currencies_of(mark) for mark in found)
    is_l = magnitude is not None and (magnitude["lakh"] or "").lower() == "l"
    if is_l and not any(codes & currencies_of("lakh") for codes in told):
        return None
    is_indian = _INDIAN_GROUPS.fullmatch(number[0])
    if is_indian or (magnitude is not None and (magnitude["lakh"] or magnitude["crore"])):
        told += (frozenset(("INR",)) if is_lpa else currencies_of("lakh"),)
    is_timed = bool(found) and patterns().period_after.match(text, end) is not None
    if _goes_on_before(text, start) or (_goes_on_after(text, end) and not is_timed):
        return None
    read = Price.fromstring(number[0].replace("’", "'")).amount
    if read is None:
        return None
    is_percent = text[end : end + 2].strip().startswith("%")
    return Amount(float(read) * scale + more, scale, told, start, end, is_lpa, is_percent)


def _mark_before(text: str, after_last: int, start: int) -> tuple[int, int] | None:
    """Where the longest mark begins and ends that stands right before a place, a blank or a stop between."""
    meant = marks().meant
    end = start
    while end > after_last and start - end < 2 and text[end - 1] in " \t":
        end -= 1
    stops = (
        (end, end - 1) if text[end - 1 : end] in (".", ":") and text[end - 2 : end - 1].isalpha() else (end,)
    )
    for stop in stops:
        for begin in range(max(after_last, stop - _LONGEST_MARK), stop):
            if text[begin:stop].lower() in meant and not _belongs_before(text, begin):
                return begin, stop
    return None


def _belongs_before(text: str, place: int) -> bool:
    """Whether what begins at a place goes on with a word, or is the sign of the number before it."""
    before = text[place - 1 : place]
    return before.isdigit() or bool(_LETTER.match(text[place]) and _LETTER.match(before))


def _is_meant(mark: str, has_small_letters: bool) -> bool:
    """Whether a code that is a word too is meant as a code."""
    return mark.upper() not in currencies().codes_like_words or (mark.isupper() and has_small_letters)


def _goes_on_before(text: str, start: int) -> bool:
    before = text[start - 1 : start]
    return bool(before) and bool(_LETTER.match(before) or before in "#_@")


def _goes_on_after(text: str, end: int) -> bool:
    after = text[end : end + 1]
    return bool(after) and not _LETTER.match(text[end - 1]) and bool(_LETTER.match(after) or after in "_@")
