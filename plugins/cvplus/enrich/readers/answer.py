"""What a reader is given and what it answers, whatever the kind."""

import re
import unicodedata
from dataclasses import asdict, dataclass, fields
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

LONGEST_TEXT = 50_000
"""Characters of a text that are read; what follows is seen by no reader."""

EMPTY = "empty"
"""The reason of every reader for a text in which nothing stands."""

# Controls but the blanks among them, marks of direction, and what takes no room: words are hidden with
# them, or torn apart. Joiners that take no room spell words in Persian and Hindi, in none of our languages.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text to read, and what is known of where it comes from.

    ``country`` is ISO 3166-1 alpha-2, ``language`` ISO 639-1, ``title`` the posting's; each ``None`` when it
    isn't known. A hint is what a structured field told, so a reader may stand on it.
    """

    text: str
    country: str | None = None
    language: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Answer(Generic[Value]):
    """What a text says, how sure that is (0-1), and why it, or a field of it, is null.

    ``reason`` is a code that the reader's module lists. It is ``None`` when every field that the text could
    have told was read. A null without a reason, or a value at confidence 0, does not exist.
    """

    value: Value | None
    confidence: float
    reason: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"A confidence lies between 0 and 1: {self.confidence}.")
        if (self.value is None) != (self.confidence == 0):
            raise ValueError("Nothing is known at confidence 0, and only then.")
        if self.value is None and self.reason is None:
            raise ValueError("A null says why.")


SHOWN_AS = "shown_as"
"""The key of a field's metadata for a name that people see and Python can't have: ``from``."""


def shown_names(value_type: type) -> dict[str, str]:
    """The fields of a reader's values: Python's name to the one that people see, in order."""
    return {field.name: field.metadata.get(SHOWN_AS, field.name) for field in fields(value_type)}


def shown_fields(value: Any) -> dict[str, Any]:
    """A reader's value by the names that people see."""
    told = asdict(value)
    return {shown: told[name] for name, shown in shown_names(type(value)).items()}


def unread(reason: str) -> Answer[Value]:
    """The answer of a reader that found nothing to stand on."""
    return Answer(None, 0.0, reason)


def as_written(text: str) -> str:
    """The first 50,000 characters in Unicode's compatibility form (NFKC), without what nobody sees.

    So ``６００万円`` is ``600万円``, a no-break space a blank, and a word that a zero-width space parts
    one word.
    """
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text[:LONGEST_TEXT]))
