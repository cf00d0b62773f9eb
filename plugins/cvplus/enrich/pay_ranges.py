"""What of the statements about pay that stand with a job is its pay."""

from collections.abc import Sequence
from dataclasses import replace

from cvplus.enrich.readers.answer import Answer, unread
from cvplus.enrich.readers.knobs import reader_knobs
from cvplus.enrich.readers.pay.together import Pay


def widest_pay(answers: Sequence[Answer[Pay]]) -> Answer[Pay]:
    """From the lowest to the highest end of all ranges in the currency and period of the first clear one.

    A range is clear whose period is told; where none is, the first is all that is told. ``answers``: at least
    one.
    """
    told = [answer for answer in answers if answer.value is not None]
    clear = [answer for answer in told if answer.value is not None and answer.value.period is not None]
    first = next(iter(clear or told), answers[0])
    if first.value is None or first not in clear:
        return first
    unit = (first.value.currency, first.value.period)
    alike = [pay for answer in clear if (pay := answer.value) and (pay.currency, pay.period) == unit]
    lows = [pay.low for pay in alike if pay.low is not None]
    highs = [pay.high for pay in alike if pay.high is not None]
    widest = replace(first.value, low=min(lows, default=None), high=max(highs, default=None))
    return replace(first, value=widest)


def told_in_description(answer: Answer[Pay]) -> Answer[Pay]:
    """Pay read in a whole description: nothing, for reason ``pay_unsure``, unless it is sure and complete."""
    pay = answer.value
    if pay is None:
        return answer
    is_complete = pay.currency is not None and pay.period is not None
    if is_complete and answer.confidence >= reader_knobs().pay.lowest_confidence_in_description:
        return answer
    return unread("pay_unsure")
