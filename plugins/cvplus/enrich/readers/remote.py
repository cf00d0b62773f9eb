"""Where a job is done, of a line or a whole posting: on site, hybrid or remote.

Reasons for null: ``workplace_untold``, the text says nothing of it; ``contradictory``, it says several
things.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cvplus.enrich.readers.answer import Answer, Text, unread
from cvplus.enrich.readers.registry import Reader
from cvplus.enrich.workplaces import workplace_of

_CLEAR, _UNCLEAR = 0.9, 0.7


@dataclass(frozen=True, slots=True)
class Workplace:
    """``workplace`` is ``onsite``, ``hybrid`` or ``remote``."""

    workplace: str


def read_workplaces(texts: Sequence[Text]) -> list[Answer[Workplace]]:
    """The workplaces that texts say."""
    return [_read(text.text) for text in texts]


def _read(text: str) -> Answer[Workplace]:
    workplace, is_clear = workplace_of(text)
    if workplace is None:
        return unread("contradictory" if is_clear else "workplace_untold")
    return Answer(Workplace(workplace), _CLEAR if is_clear else _UNCLEAR)


READER = Reader("remote", Workplace, read_workplaces)
