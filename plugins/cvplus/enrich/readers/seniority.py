"""The level that a title names, in seven languages.

Reasons for null: ``level_untold``, the title names none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cvplus.enrich.readers.answer import Answer, Text, unread
from cvplus.enrich.readers.registry import Reader
from cvplus.enrich.seniority import SENIORITIES, rank_of_title


@dataclass(frozen=True, slots=True)
class Seniority:
    """A level of ``SENIORITIES``."""

    seniority: str


def read_seniorities(texts: Sequence[Text]) -> list[Answer[Seniority]]:
    """The levels that titles name."""
    return [_read(text.text) for text in texts]


def _read(title: str) -> Answer[Seniority]:
    seniority = SENIORITIES[rank_of_title(title)]
    return unread("level_untold") if seniority == "mid" else Answer(Seniority(seniority), 0.9)


READER = Reader("seniority", Seniority, read_seniorities)
