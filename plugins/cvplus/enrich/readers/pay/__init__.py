"""What a text says is paid for work: an amount or a range, its currency, and the period it is for.

A statement is read whole or not at all: what contradicts itself is null. A field that nobody told is null by
itself, and ``reason`` says which.

Reasons for null:

- ``pay_untold``: no amount in the text is said to be paid for the work;
- ``currency_untold``, ``currency_ambiguous``: the amounts are told, their currency is not, or its sign is
  shared by several and nothing settles which;
- ``period_untold``: the amounts are told, for which period is not, and the market has no custom that says it;
- ``currencies_disagree``: the marks of one statement are of different currencies;
- ``period_unknown``: the period is told and is none of the five (a shift, a fortnight, a project);
- ``range_unclear``: the ends of a range do not fit each other;
- ``implausible``: no work is paid so, in that currency and period;
- ``net_pay``: what is told is left after tax and contributions;
- ``statements_contradict``: several statements say different things of the same pay.
"""

from collections.abc import Sequence

from cvplus.enrich.readers.answer import Answer, Text
from cvplus.enrich.readers.pay.reading import read_pay
from cvplus.enrich.readers.pay.together import Pay
from cvplus.enrich.readers.registry import Reader

__all__ = ["READER", "Pay", "read_pay", "read_pays"]


def read_pays(texts: Sequence[Text]) -> list[Answer[Pay]]:
    """What texts say is paid."""
    return [read_pay(text) for text in texts]


READER = Reader("pay", Pay, read_pays)
