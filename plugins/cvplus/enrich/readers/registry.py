"""The readers by kind, and the one way to call them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any

from cvplus.enrich.readers.answer import EMPTY, Answer, Text, as_written, unread

VERSIONS = {
    "title": 4,
    "language": 2,
    "pay": 2,
    "place": 2,
    "remote": 2,
    "skills": 2,
    "demands": 2,
    "seniority": 3,
    "date": 2,
    "company": 2,
    "sketch": 1,
}
"""Every kind of reading, the name of its module here, which has a ``READER``; and that reader's version.

It goes up with every change that can change an answer: what was read with an older one is read again.
"""
MEASURES = frozenset({"sketch"})
"""What is worked out of a text without being read in it: it has a version, and no reader."""
KINDS = tuple(kind for kind in VERSIONS if kind not in MEASURES)
FACT_READERS = {
    "posting_facts": (
        "title", "language", "pay", "place", "remote", "skills", "demands", "seniority", "company",
        "sketch",
    ),
    "company_facts": ("company", "place"),
    "cv_facts": ("title", "language"),
}  # fmt: skip
"""The readers whose answers stand in each resource of facts; a change of others reads none of it again."""


def versions_of(kinds: Iterable[str]) -> str:
    """Readers with their versions, as facts keep them."""
    return " ".join(f"{kind}:{VERSIONS[kind]}" for kind in kinds)


def versions_in(readers: str) -> dict[str, int]:
    """The versions by reader, of what :func:`versions_of` wrote; of another text, those that can be read."""
    told = (part.partition(":") for part in readers.split())
    return {kind: int(version) for kind, _, version in told if version.isdecimal()}


def readers_version() -> str:
    """All readers of facts with their versions."""
    return versions_of(sorted({kind for kinds in FACT_READERS.values() for kind in kinds}))


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader.

    ``value_type`` is the frozen dataclass of its values, whose fields are the fields that people see.
    ``read`` gets texts as people see them, none of them empty, and answers each, in order.
    """

    kind: str
    value_type: type
    read: Callable[[Sequence[Text]], list[Answer[Any]]]


@cache
def reader_of(kind: str) -> Reader:
    """The reader of a kind, imported when it is first asked for.

    Raises:
        KeyError: there is no such kind.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    reader: Reader = import_module(f"{__package__}.{kind}").READER
    return reader


def read_texts(kind: str, texts: Sequence[Text]) -> list[Answer[Any]]:
    """What texts say, in their order; one in which nothing stands is null, for reason ``empty``.

    Raises:
        KeyError: there is no such kind.
    """
    reader = reader_of(kind)
    written = [as_written(text.text) for text in texts]
    seen = [
        text if text.text == plain else replace(text, text=plain)
        for text, plain in zip(texts, written, strict=True)
    ]
    told = [text for text in seen if text.text.strip()]
    answers = iter(reader.read(told) if told else ())
    return [next(answers) if text.text.strip() else unread(EMPTY) for text in seen]
