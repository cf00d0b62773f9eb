"""From a text to pay: which statements of money are about pay, what each says, and what all of them say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from cvplus.enrich.posting_text import plain_text
from cvplus.enrich.readers.answer import Answer, Text, unread
from cvplus.enrich.readers.pay.about import about_pay, follows, is_total
from cvplus.enrich.readers.pay.money import Speech, currency_of
from cvplus.enrich.readers.pay.statements import Statement, statements_in
from cvplus.enrich.readers.pay.vocabulary import HIDDEN_PERIOD, currencies, words

_DIGIT = re.compile(r"\d")
_MARKUP = re.compile(r"<\s?/?[a-zA-Z]|&[#a-zA-Z]")
_BARE_TITLE = "pay_untold"
_NEAR = 250


@dataclass(frozen=True, slots=True)
class Pay:
    """What is paid for a period.

    ``low`` and ``high`` are units of the currency, equal for one amount, ``None`` at an open end ("up to", "from").
    ``currency`` is ISO 4217; ``period`` is hour, day, week, month or year; each ``None`` when it is not told.
    """

    low: float | None
    high: float | None
    currency: str | None
    period: str | None


@dataclass(frozen=True, slots=True)
class _Read:
    """A statement of pay with its currency and period."""

    pay: Pay
    statement: Statement
    confidence: float
    reason: str | None
    is_total: bool


def read_pay(text: Text) -> Answer[Pay]:
    """What a text says is paid; where it says nothing, what its title does."""
    answer = _read(text.text, text)
    if answer.reason == _BARE_TITLE and text.title and _DIGIT.search(text.title):
        return _read(text.title, text)
    return answer


def _read(written: str, text: Text) -> Answer[Pay]:
    if not _DIGIT.search(written):
        return unread("pay_untold")
    if _MARKUP.search(written):
        written = plain_text(written)
    speech = Speech(written, text.country, text.language, text.title)
    reads: list[_Read] = []
    reasons: list[str] = []
    last: Statement | None = None
    of_pay: Statement | None = None
    for statement in statements_in(written):
        sure = about_pay(statement, written, text.title, last, of_pay)
        last = statement
        if sure == 0:
            continue
        if statement.period is None and of_pay is not None and follows(statement, of_pay):
            statement = replace(statement, period=of_pay.period)
        last = of_pay = statement
        read = _one(statement, speech, text.title, sure)
        if isinstance(read, str):
            reasons.append(read)
        else:
            reads.append(read)
    if not reads:
        return unread(reasons[0] if reasons else "pay_untold")
    return _together(reads)


def _one(statement: Statement, speech: Speech, title: str | None, sure: float) -> _Read | str:
    """A statement with its currency and period, or why it cannot be read."""
    if statement.is_net:
        return "net_pay"
    if not statement.fits:
        return "range_unclear"
    if statement.period == HIDDEN_PERIOD:
        return "period_unknown"
    money = currency_of(statement, speech)
    if money.reason == "currencies_disagree":
        return money.reason
    period = statement.period or _period_of_title(title)
    confidence = sure * (money.confidence or 0.7)
    if period is None:
        period = _by_custom(statement, money.code, speech.country)
        confidence *= 0.9 if period else 0.8
    if not _is_plausible(statement, money.code, period):
        return "implausible"
    reason = money.reason or (None if period else "period_untold")
    if statement.is_around:
        confidence *= 0.9
    pay = Pay(statement.low, statement.high, money.code, period)
    return _Read(pay, statement, round(confidence, 2), reason, is_total(statement))


def _period_of_title(title: str | None) -> str | None:
    """The period that the title of a range names ("Hourly pay range"); a job's own title names none."""
    if not title:
        return None
    told = statements_in(f"{title} 1,000,000")
    return told[-1].period if told and told[-1].period != HIDDEN_PERIOD else None


def _by_custom(statement: Statement, code: str | None, country: str) -> str | None:
    """The year, where the market tells pay by it and the amounts are of that size."""
    known = currencies()
    if code is None or (country and country not in known.by_the_year):
        return None
    if not country and code not in known.by_the_year_without_country:
        return None
    least = known.currencies[code].year_from if code in known.currencies else None
    amount = statement.low if statement.low is not None else statement.high
    return "year" if least is not None and amount is not None and amount >= least else None


def _is_plausible(statement: Statement, code: str | None, period: str | None) -> bool:
    """Whether work is paid so anywhere; a currency that isn't known could be any, so nearly all is."""
    bands = words().plausible
    spans = [bands[period]] if period else list(bands.values())
    lowest, highest = min(low for low, _ in spans), max(high for _, high in spans)
    scales = [currencies().currencies[code].per_dollar] if code in currencies().currencies else [0.3, 26_000]
    ends = [end for end in (statement.low, statement.high) if end is not None]
    return min(ends) >= lowest * min(scales) and max(ends) < highest * max(scales)


def _together(reads: Sequence[_Read]) -> Answer[Pay]:
    """What all statements say: the widest range of the first currency and period; null where they contradict.

    Pay with what depends on success in it counts only where no base is told.
    """
    base = [read for read in reads if not read.is_total] or list(reads)
    first = next((read for read in base if read.reason is None), base[0])
    alike = [
        read
        for read in base
        if (read.pay.currency, read.pay.period) == (first.pay.currency, first.pay.period)
    ]
    if _contradict(alike):
        return unread("statements_contradict")
    lows = [read.pay.low for read in alike if read.pay.low is not None]
    highs = [read.pay.high for read in alike if read.pay.high is not None]
    low, high = (min(lows) if lows else None), (max(highs) if highs else None)
    if low is not None and high is not None and low > high:
        return unread("statements_contradict")
    confidence = min(first.confidence, 0.75) if first.is_total else first.confidence
    confidence = confidence if len(alike) == 1 else round(confidence * 0.95, 2)
    return Answer(Pay(low, high, first.pay.currency, first.pay.period), confidence, first.reason)


def _contradict(alike: Sequence[_Read]) -> bool:
    """Two different amounts for the same, or ranges far apart in the text that have nothing in common."""
    amounts = {
        read.pay.low for read in alike if not read.statement.is_range and read.pay.low == read.pay.high
    }
    if len(amounts) > 1:
        return True
    for before, after in pairwise(alike):
        is_near = after.statement.start - before.statement.end <= _NEAR
        if not is_near and not _overlap(before.pay, after.pay):
            return True
    ranges = [read.pay for read in alike if read.statement.is_range]
    return any(not _overlap(Pay(amount, amount, None, None), pay) for amount in amounts for pay in ranges)


def _overlap(one: Pay, other: Pay) -> bool:
    return (one.low or 0) <= (other.high or float("inf")) and (other.low or 0) <= (one.high or float("inf"))
