"""The readers' tables of cases, how an answer is held against one, and other ways of writing their texts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cvplus.enrich.readers.answer import Answer, Text, shown_fields
from cvplus.enrich.readers.registry import KINDS
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_yaml

CASES = PROJECT_ROOT / "tests" / "unit" / "readers" / "cases"
"""A file a kind; they lie beside the tests, so not in an installation without them."""

REWRITINGS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "blanks around": lambda text: f" \t{text}\u3000\r\n",
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "an emoji before and after": lambda text: f"🚀 {text} 🔥",
    "a zero-width space in every word": lambda text: "\u200b".join(text),
    "marks of direction around": lambda text: f"\u202e{text}\u202c",
    "full-width digits": lambda text: text.translate(
        {ord("0") + digit: 0xFF10 + digit for digit in range(10)}
    ),
    "in brackets": lambda text: f"[{text}]",
}
"""Other ways of writing that change nothing of what is said."""


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

    @property
    def is_null(self) -> bool:
        """Whether the text tells nothing of what the case asks for."""
        return all(value in (None, []) for value in self.expected.values())

    def as_text(self, text: str | None = None) -> Text:
        """The case's text, or another form of it, with the case's hints."""
        return Text(self.text if text is None else text, **self.given)

    def __str__(self) -> str:
        return f"{self.kind}: {self.text[:60]}"


def all_cases(folder: Path = CASES) -> Iterator[Case]:
    """Every case of every kind; none of a kind without a file.

    Raises:
        yaml.YAMLError: a file is not YAML.
    """
    for kind in KINDS:
        file = folder / f"{kind}.yaml"
        for row in read_yaml(file) if file.exists() else ():
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
