"""Where records of one shape lie, and what of them is read: dotted paths that declarations name."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cvplus.enrich.markup import plain_text

Read = TypeVar("Read", covariant=True)


@dataclass(frozen=True)
class RecordShape(Generic[Read]):
    """Where records of one shape lie, and how what is read of them is taken out."""

    source: str
    resource: str
    read: Callable[[dict[str, Any]], Read]

    @property
    def table(self) -> str:
        """The raw table."""
        return f"{self.source}__{self.resource}"


def values_at(record: Any, path: str) -> Iterator[Any]:
    """The values at a dotted path: a number picks from a list, ``[]`` after a name takes all its items.

    ``[kind=town]`` takes those items whose field ``kind`` is ``town``.
    """
    step, _, rest = path.partition(".")
    name, takes_some, condition = step.partition("[")
    value = _step(record, name) if name else record
    if value is None:
        return
    for item in _items(value, condition.removesuffix("]")) if takes_some else (value,):
        if rest:
            yield from values_at(item, rest)
        elif item is not None:
            yield item


def texts_at(record: dict[str, Any], paths: Iterable[str]) -> Iterator[str]:
    """The texts at paths, in order."""
    return (text for path in paths for value in values_at(record, path) if (text := text_of(value)))


def first_text(record: dict[str, Any], *paths: str | None) -> str | None:
    """The first text at any of the paths."""
    return next(texts_at(record, [path for path in paths if path is not None]), None)


def first_number(record: Any, path: str) -> float | None:
    """The first number at a path; an infinite one, or what is no number, is none."""
    numbers = (value for value in values_at(record, path) if type(value) in (int, float))
    return next((float(value) for value in numbers if math.isfinite(value)), None)


def place_text(record: dict[str, Any], paths: Iterable[str]) -> str:
    """The places at paths, ``|`` between them; of parts that are joined by `` + ``, those that are told."""
    return " | ".join(dict.fromkeys(place_texts(record, paths)))


def place_texts(record: dict[str, Any], paths: Iterable[str]) -> Iterator[str]:
    """The text of each place, in order, as :func:`place_text` joins them."""
    for path in paths:
        parts = [[text_of(value) for value in values_at(record, part)] for part in path.split(" + ")]
        if len(parts) == 1:
            yield from (plain_text(text) for text in parts[0] if text)
        elif told := [texts[0] for texts in parts if texts and texts[0]]:
            yield plain_text(", ".join(told))


def country_code(text: str | None) -> str | None:
    """A code of two letters as ISO 3166 writes it; ``None`` of anything else."""
    return text.upper() if text is not None and len(text) == 2 and text.isalpha() else None


def text_of(value: Any) -> str:
    """Text as it is, a list of texts as lines (USAJOBS gives duties as either), a number as text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return "\n".join(texts_of(value))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def texts_of(value: Any) -> tuple[str, ...]:
    """The texts of a list, or the one text."""
    items = value if isinstance(value, list) else [value]
    return tuple(item.strip() for item in items if isinstance(item, str))


def _items(value: Any, condition: str) -> Iterator[Any]:
    field, _, wanted = condition.partition("=")
    for item in value if isinstance(value, list) else ():
        if not condition or (isinstance(item, dict) and item.get(field) == wanted):
            yield item


def _step(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
        return value[int(name)]
    return None
