"""The declared spans of a resource's fields, applied to its records."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from cvplus.values.rejected_fields import RejectedField
from cvplus.values.spans import InstantSpan, NumberSpan, instant_seconds, load_spans

_LONGEST_REMEMBERED = 40


class FieldSpans:
    """Fields, by their dotted paths, with the spans that they have.

    A part that ends in ``[]`` is a list, whose items all count; a number picks one item.
    """

    def __init__(self, declared: Mapping[str, str], known: datetime) -> None:
        """``known``: when the records were known; a fact that has happened is not later."""
        spans = load_spans()
        self._known = known
        self._absent = spans.absent
        self._checks = []
        for path, name in declared.items():
            span, parts = spans.named(name), path.split(".")
            self._checks.append((path, parts[0].removesuffix("[]"), parts, span, _holds_of(span, known)))

    def reject(self, record: dict[str, Any]) -> list[RejectedField]:
        """Set the record's values that are outside their spans to null, and say which they were."""
        rejected: list[RejectedField] = []
        for path, first, parts, span, holds in self._checks:
            value = record.get(first)
            if value is None or (first == path and holds(value)):
                continue
            holders: Iterable[tuple[Any, Any]] = (
                ((record, path),) if len(parts) == 1 else _holders(record, parts)
            )
            for holder, place in holders:
                value = holder[place]
                if value is None or holds(value) or (isinstance(value, str) and value in self._absent):
                    continue
                fault = span.fault(value, self._known)
                if fault is not None:
                    holder[place] = None
                    rejected.append(RejectedField.of(path, fault, value))
        return rejected


def _holds_of(span: InstantSpan | NumberSpan, known: datetime) -> Callable[[Any], bool]:
    """A quick look at a value, which most pass: true only for what the span holds."""

    # A batch tells few days, years and amounts, many times over.
    @lru_cache(maxsize=10_000)
    def holds_text(text: str) -> bool:
        return span.fault(text, known) is None

    types: tuple[type, ...] = ()
    minimum = maximum = 0.0
    if isinstance(span, NumberSpan):
        minimum, maximum = span.minimum, span.maximum
        types = (int,) if span.kind == "integer" else (int, float)

    def holds(value: Any) -> bool:
        if type(value) in types:
            return bool(minimum <= value <= maximum)
        return type(value) is str and len(value) <= _LONGEST_REMEMBERED and holds_text(value)

    def holds_instant(value: Any) -> bool:
        seconds = instant_seconds(value)
        return seconds is not None and earliest <= seconds <= latest

    if isinstance(span, InstantSpan) and span.kind == "instant":
        earliest, latest = span.limits(known)
        return holds_instant
    return holds


def _holders(value: Any, parts: list[str]) -> Iterator[tuple[Any, Any]]:
    """The objects and lists that hold the value at a path, each with its place there."""
    name, takes_all = parts[0].removesuffix("[]"), parts[0].endswith("[]")
    place: Any = None
    if isinstance(value, dict) and name in value:
        place = name
    elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
        place = int(name)
    if place is None:
        return
    if takes_all:
        items = value[place] if isinstance(value[place], list) else []
        for number, item in enumerate(items):
            if len(parts) == 1:
                yield items, number
            else:
                yield from _holders(item, parts[1:])
    elif len(parts) == 1:
        yield value, place
    else:
        yield from _holders(value[place], parts[1:])
