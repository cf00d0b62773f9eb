"""Statements of money in a text: an amount or a range, its open ends, its period, gross or net."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cvplus.enrich.readers.pay.amounts import Amount, amounts_in
from cvplus.enrich.readers.pay.surroundings import (
    After,
    is_net_before,
    period_before,
    read_after,
    text_after,
    text_before,
)
from cvplus.enrich.readers.pay.vocabulary import Patterns, patterns

_CHAIN_BEFORE = re.compile(r"\d\s?[-–—/]\s?\Z")
_CHAIN_AFTER = re.compile(r"\s?[-–—/]\s?\d")
_PLUS = re.compile(r"\s?\+")
_SAYS_SOMETHING = re.compile(r"[\w$€£¥₹]")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_TILDE = re.compile(r"[~〜]\s?\Z")
_OPEN_TILDE = re.compile(r"\s?[~〜](?!\s?[\d¥$€])")
_MOST = 200
_LONGEST_GAP = 80
_LARGEST_RATIO = 12.0
_SHORTHAND = 1000.0
_SHORTHAND_RATIO = 3.0
_LEAST_BARE = 100


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of money.

    ``low`` and ``high`` are in units of a currency, ``None`` at an open end, equal for one amount. ``period``
    is one of the five, ``other``, or ``None`` when its own words tell none. ``own`` is its text, ``before``
    and ``after`` the words around it in its line or sentence, ``heading`` the line above where nothing but it
    stands in its own.
    """

    low: float | None
    high: float | None
    marks: tuple[frozenset[str], ...]
    period: str | None
    start: int
    end: int
    own: str
    before: str
    after: str
    heading: str
    is_net: bool = False
    is_gross: bool = False
    is_range: bool = False
    is_grouped: bool = False
    has_bare_period: bool = False
    is_around: bool = False
    fits: bool = True

    @property
    def context(self) -> str:
        """All that stands around it."""
        return f"{self.heading} {self.before} {self.own} {self.after}"


def statements_in(text: str) -> list[Statement]:
    """The statements of a text, in order; of a list of prices the first two hundred."""
    amounts = [amount for amount in amounts_in(text) if not amount.is_percent]
    found: list[Statement] = []
    place = 0
    while place < len(amounts) and len(found) < _MOST:
        taken = _at(text, amounts, place, found[-1].end if found else 0)
        place += taken[1]
        if taken[0] is not None and not _is_a_count(taken[0]):
            found.append(taken[0])
    return found


def _is_a_count(statement: Statement) -> bool:
    """Whether a bare small number says nothing of money."""
    largest = statement.high or statement.low or 0
    return not (statement.marks or statement.is_grouped or statement.period) and largest < _LEAST_BARE


def _at(text: str, amounts: Sequence[Amount], place: int, after_last: int) -> tuple[Statement | None, int]:
    """The statement that begins with an amount, and how many amounts it takes."""
    known = patterns()
    first = amounts[place]
    second = amounts[place + 1] if place + 1 < len(amounts) else None
    if not _may_be_money(text, first, second):
        return None, 1
    before, heading = text_before(text, first.start, after_last)
    between = _gap(text, first, second, before, known) if second is not None else None
    if second is not None and between is not None:
        if _CHAIN_BEFORE.search(text, max(0, first.start - 4), first.start) or _is_chained(text, second):
            return None, 2
        return _range(text, first, second, between, before, heading, known), 2
    return _single(text, first, before, heading, known), 1


def _may_be_money(text: str, first: Amount, second: Amount | None) -> bool:
    """A cheap look: a bare small number is none unless something beside it says so."""
    if first.marks or first.scale > 1 or first.value >= 1000:
        return True
    after = patterns().period_after
    if after.match(text, first.end):
        return True
    if second is not None and second.start - first.end < _LONGEST_GAP:
        is_money = second.marks or second.scale > 1 or second.value >= 1000
        if is_money or after.match(text, second.end):
            return True
    return _has_pay_before(text, first.start)


def _has_pay_before(text: str, start: int) -> bool:
    return patterns().pay_word.search(text, max(0, start - 40), start) is not None


def _is_chained(text: str, amount: Amount) -> bool:
    return not amount.marks and bool(_CHAIN_AFTER.match(text, amount.end))


def _gap(text: str, first: Amount, second: Amount, before: str, known: Patterns) -> After | None:
    """What stands between the ends of a range; ``None`` when they are no range."""
    if second.start - first.end > _LONGEST_GAP:
        return None
    told = read_after(text, first.end, known)
    for place in dict.fromkeys((told.end, first.end)):
        joiner = known.to.match(text, place)
        if joiner is None and known.between.search(before):
            joiner = known.and_.match(text, place)
        if joiner is None or not _is_one_line(text[first.end : second.start]):
            continue
        if not text[joiner.end() : second.start].strip(" ()\n"):
            taken = told if place == told.end else After(None, False, False, False, first.end)
            return None if _is_another_thing(text, first, second, taken, known) else taken
    return None


def _is_another_thing(text: str, first: Amount, second: Amount, between: After, known: Patterns) -> bool:
    """Whether a bare number behind a whole statement is no end of it: "£600 per day - 6 months"."""
    if between.period is None or second.marks or second.scale > 1 or not first.marks:
        return False
    after = read_after(text, second.end, known)
    return after.period is None or after.is_bare


def _is_one_line(gap: str) -> bool:
    """Whether what stands between two amounts is in their line, or a hyphen in a line of its own."""
    return "\n" not in gap or gap.strip() in ("-", "–", "—")


def _range(
    text: str, first: Amount, second: Amount, between: After, before: str, heading: str, known: Patterns
) -> Statement | None:
    low, high = first.value, second.value
    if second.scale > 1 and first.scale == 1 and low < _SHORTHAND:
        low *= second.scale
    elif first.scale > 1 and second.scale == 1 and high < _SHORTHAND:
        high *= first.scale
    elif low * _SHORTHAND <= high <= low * _SHORTHAND * _SHORTHAND_RATIO and high % _SHORTHAND == 0:
        low *= _SHORTHAND  # "50-60.000 €"
    after = read_after(text, second.end, known)
    fits = 0 < low <= high <= low * _LARGEST_RATIO
    period = after.period or between.period or ("year" if first.is_lpa or second.is_lpa else None)
    if between.period and after.period and between.period != after.period:
        fits = False
    return Statement(
        low=low,
        high=high,
        marks=first.marks + second.marks,
        period=period or period_before(before, heading, known),
        start=first.start,
        end=after.end,
        own=text[first.start : after.end],
        before=before,
        after=text_after(text, after.end),
        heading=heading,
        is_net=after.is_net or between.is_net or is_net_before(before, known),
        is_gross=after.is_gross,
        is_range=True,
        is_grouped=first.scale > 1 or second.scale > 1,
        has_bare_period=after.is_bare,
        fits=fits,
    )


def _single(text: str, amount: Amount, before: str, heading: str, known: Patterns) -> Statement | None:
    if not amount.marks and _is_chained(text, amount):
        return None
    end = amount.end
    low: float | None = amount.value
    high: float | None = amount.value
    is_around = False
    last = 0
    plus = _PLUS.match(text, end)
    after = read_after(text, end, known)
    if (plus is None or known.other.match(text, plus.end() + 1)) and after.end != end:
        plus = plus or _PLUS.match(text, after.end)
    if plus is not None and not _is_added(text, plus, known):
        high = None
        if plus.start() == end:
            after = read_after(text, plus.end(), known)
        last = max(after.end, plus.end())
    elif more := known.or_more.match(text, after.end) or _OPEN_TILDE.match(text, after.end):
        high, last = None, more.end()
    elif less := known.or_less.match(text, after.end):
        low, last = None, less.end()
    elif _TILDE.search(before):
        is_japanese = any("JPY" in codes for codes in amount.marks) or amount.scale == 1e4
        low, is_around = (None if is_japanese else low), not is_japanese
    elif known.up_to.search(before):
        low = None
    elif known.from_.search(before):
        high = None
    else:
        is_around = known.around.search(before) is not None
    return Statement(
        low=low,
        high=high,
        marks=amount.marks,
        period=after.period or ("year" if amount.is_lpa else None) or period_before(before, heading, known),
        start=amount.start,
        end=max(after.end, last),
        own=text[amount.start : after.end],
        before=before,
        after=text_after(text, max(after.end, last)),
        heading=heading,
        is_net=after.is_net or is_net_before(before, known),
        is_gross=after.is_gross,
        is_grouped=amount.scale > 1,
        has_bare_period=after.is_bare,
        is_around=is_around,
        fits=amount.value > 0,
    )


def _is_added(text: str, plus: re.Match[str], known: Patterns) -> bool:
    """Whether a plus leads to something paid besides: one with a blank before it does ("$100k + tips")."""
    rest = text[plus.end() : plus.end() + 40].split("\n")[0].lstrip(" \t(")
    return bool(
        known.other.match(rest) or (plus[0] != "+" and _SAYS_SOMETHING.match(rest)) or _IDEOGRAPH.match(rest)
    )
