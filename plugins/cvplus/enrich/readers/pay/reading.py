"""From a text to pay: which statements of money are about pay, and what each says."""

import re
from dataclasses import replace
from functools import lru_cache

from cvplus.enrich.markup import plain_text
from cvplus.enrich.readers.answer import Answer, Text, unread
from cvplus.enrich.readers.pay.about import about_pay, follows, is_total
from cvplus.enrich.readers.pay.money import Speech, currency_of
from cvplus.enrich.readers.pay.statements import Statement, statements_in
from cvplus.enrich.readers.pay.together import Pay, Reading, overlap, together, unit_of
from cvplus.enrich.readers.pay.vocabulary import HIDDEN_PERIOD, currencies, periods_by, words

_DIGIT = re.compile(r"\d")
_MARKUP = re.compile(r"<\s?/?[a-zA-Z]|&[#a-zA-Z]")
# A statement of pay that contradicts itself leaves no trust in what else is told.
_SPOILS_ALL = frozenset(("currencies_disagree", "range_unclear"))


def read_pay(text: Text) -> Answer[Pay]:
    """What a text says is paid; where it says nothing, what its title does."""
    answer = _read(text.text, text)
    if not text.title or not _DIGIT.search(text.title):
        return answer
    titled = _of_title(text.title, text.country, text.language)
    if answer.reason == "pay_untold":
        return titled
    if answer.value is None or titled.value is None or unit_of(answer.value) != unit_of(titled.value):
        return answer
    return answer if overlap(answer.value, titled.value) else unread("statements_contradict")


@lru_cache(maxsize=4_096)
def _of_title(title: str, country: str | None, language: str | None) -> Answer[Pay]:
    """A posting may have several texts about pay, and its title stands beside each."""
    return _read(title, Text(title, country, language, title))


def _read(written: str, text: Text) -> Answer[Pay]:
    if not _DIGIT.search(written):
        return unread("pay_untold")
    if _MARKUP.search(written):
        written = plain_text(written)
    speech = Speech(written, text.country, text.language, text.title)
    reads: list[Reading] = []
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
    if not reads or _SPOILS_ALL & set(reasons):
        return unread(
            next((reason for reason in reasons if reason in _SPOILS_ALL or not reads), "pay_untold")
        )
    return together(reads)


def _one(statement: Statement, speech: Speech, title: str | None, sure: float) -> Reading | str:
    """A statement with its currency and period, or why it cannot be read."""
    if statement.is_net:
        return "net_pay"
    if not statement.fits:
        return "range_unclear"
    period = statement.period or _period_of_title(title)
    if period == HIDDEN_PERIOD:
        return "period_unknown"
    money = currency_of(statement, speech)
    if money.reason == "currencies_disagree":
        return money.reason
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
    return Reading(pay, statement, round(confidence, 2), reason, is_total(statement))


def _period_of_title(title: str | None) -> str | None:
    """The period that the title of a range names ("Hourly pay range"); a job's own title names none."""
    if not title:
        return None
    word = title.strip().lower()
    for listed in (periods_by("adverbs"), periods_by("leading")):
        if word in listed:
            return listed[word]
    told = statements_in(f"{title} 1,000,000")
    return told[-1].period if told else None


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
