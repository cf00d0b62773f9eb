"""The tables of cases, a file a reader, and how an answer is held against one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cvplus.enrich.readers.answer import Answer, Text, shown_fields
from cvplus.enrich.readers.registry import KINDS
from cvplus.yaml_files import read_yaml

CASES = Path(__file__).with_name("cases")


@dataclass(frozen=True)
class Case:
    """A text and what it says: the fields named; one that isn't named may be anything.

    ``reason`` is asked for where it is given; ``note`` says where a text comes from, or why it is read so.
    """

    kind: str
    text: str
    expected: dict[str, Any]
    given: dict[str, str] = field(default_factory=dict)
    reason: str | None = None
    note: str = ""

    def as_text(self, text: str | None = None) -> Text:
        """The case's text, or another form of it, with the case's hints."""
        return Text(self.text if text is None else text, **self.given)

    def __str__(self) -> str:
        return f"{self.kind}: {self.text[:60]}"


def all_cases() -> Iterator[Case]:
    """Every case of every kind."""
    for kind in KINDS:
        for row in read_yaml(CASES / f"{kind}.yaml"):
            yield Case(kind=kind, **row)


def told(answer: Answer[Any], case: Case) -> dict[str, Any]:
    """What the answer says of the fields that the case names."""
    fields = {} if answer.value is None else shown_fields(answer.value)
    return {name: fields.get(name) for name in case.expected}


def wrongly_told(answer: Answer[Any], case: Case) -> dict[str, Any]:
    """The fields of the answer that say something else than the case expects; null says nothing."""
    return {
        name: value
        for name, value in told(answer, case).items()
        if value not in (None, [], case.expected[name])
    }
