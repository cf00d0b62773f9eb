"""The declared spans of a resource's fields, applied to its records."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from cvplus.values.rejected_fields import RejectedField
from cvplus.values.spans import NumberSpan, load_spans


class FieldSpans:
    """Fields, by their dotted paths, with the spans that they have.

    A part that ends in ``[]`` is a list, whose items all count; a number picks one item.
    """

    def __init__(self, declared: Mapping[str, str], known: datetime) -> None:
        """``known``: when the records were known; a fact that has happened is not later."""
        spans = load_spans()
        self._known = known
        self._absent = spans.absent
        self._fields = [(path, path.split("."), spans.named(name)) for path, name in declared.items()]
        # Most values are numbers at the top of the record, inside their span: those need no more than this.
        self._limits = [
            (span.minimum, span.maximum)
            if isinstance(span, NumberSpan) and span.kind == "number"
            else (1.0, 0.0)
            for _, _, span in self._fields
        ]

    def reject(self, record: dict[str, Any]) -> list[RejectedField]:
        """Set the record's values that are outside their spans to null, and say which they were."""
        rejected: list[RejectedField] = []
        for (path, parts, span), (minimum, maximum) in zip(self._fields, self._limits, strict=True):
            if len(parts) == 1:
                value = record.get(path)
                if value is None or (type(value) in (int, float) and minimum <= value <= maximum):
                    continue
                holders: Iterable[tuple[Any, Any]] = ((record, path),)
            elif record.get(parts[0].removesuffix("[]")) is None:
                continue
            else:
                holders = _holders(record, parts)
            for holder, place in holders:
                value = holder[place]
                if value is None or (isinstance(value, str) and value in self._absent):
                    continue
                fault = span.fault(value, self._known)
                if fault is not None:
                    holder[place] = None
                    rejected.append(RejectedField.of(path, fault, value))
        return rejected


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
