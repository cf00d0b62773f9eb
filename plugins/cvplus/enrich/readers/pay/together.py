"""What several statements of pay in one text say together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cvplus.enrich.readers.answer import Answer, unread
from cvplus.enrich.readers.pay.about import is_of_size
from cvplus.enrich.readers.pay.statements import Statement

# Characters between statements of one table of zones or levels.
_NEAR = 250


@dataclass(frozen=True, slots=True)
class Pay:
    """What is paid for a period.

    ``low`` and ``high`` are units of the currency, equal for one amount, ``None`` at an open end ("up to",
    "from"). ``currency`` is ISO 4217; ``period`` is hour, day, week, month or year; each ``None`` when it is
    not told.
    """

    low: float | None
    high: float | None
    currency: str | None
    period: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A statement of pay with its currency and period; ``is_total``: with what depends on success."""

    pay: Pay
    statement: Statement
    confidence: float
    reason: str | None
    is_total: bool


def together(reads: Sequence[Reading]) -> Answer[Pay]:
    """What all statements say: the widest range of the first currency and period; null where they contradict.

    Pay with what depends on success in it counts only where no base is told.
    """
    base = [read for read in reads if not read.is_total] or list(reads)
    first = next((read for read in base if read.reason is None), base[0])
    alike = [
        read
        for read in base
        if unit_of(read.pay) == unit_of(first.pay) and is_of_size(read.statement, first.statement)
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


def _contradict(alike: Sequence[Reading]) -> bool:
    """Two different amounts for the same, or ranges far apart in the text that have nothing in common."""
    amounts = {
        read.pay.low for read in alike if not read.statement.is_range and read.pay.low == read.pay.high
    }
    if len(amounts) > 1:
        return True
    for before, after in pairwise(alike):
        is_near = after.statement.start - before.statement.end <= _NEAR
        if not is_near and not overlap(before.pay, after.pay):
            return True
    ranges = [read.pay for read in alike if read.statement.is_range]
    return any(not overlap(Pay(amount, amount, None, None), pay) for amount in amounts for pay in ranges)


def overlap(one: Pay, other: Pay) -> bool:
    """Whether two spans of pay in one unit have anything in common."""
    return (one.low or 0) <= (other.high or float("inf")) and (other.low or 0) <= (one.high or float("inf"))


def unit_of(pay: Pay) -> tuple[str | None, str | None]:
    """The currency and the period."""
    return pay.currency, pay.period
