"""Records at the edges of what their fields can hold, made from the declarations: every field, every edge.

A record is one that is as the declaration says, with one field changed. No field is named here: the fields
are those that the exports declare, and of a provider's resource those of its spans and of its sample.
"""

import json
import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from cvplus.exports.registry import Entity, FieldRule
from cvplus.sources.declaration import ProviderResource
from cvplus.values.spans import InstantSpan, NumberSpan, load_spans

EDGES: tuple[Any, ...] = (
    None, "", " ", True, False, [], {}, [1], {"a": 1}, ["\x00"], {"": {"": 0}}, {"k" * 5_000: 1},
    "text", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "x" * 10_000, "\u202e", "NaN", "Infinity", "1e400",
    "1e308", "-0",
    "0x1F", "１２", "٣", "1_000", "1,000", "+", ".", "e5", "1e5", "1e-400", " 7 ", "true",
    math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, -0.0, 1e15, 0, 1, -1, 2**31 - 1, 2**31,
    2**53 + 1, 2**63 - 1,
    2**63, 2**64, -(2**70), 10**400, 0.1 + 0.2,
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0000-00-00", "2024-02-30",
    "2024-02-30T00:00:00Z", "0001-01-01",
    "9999-12-31", "10000-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "2026-01-01T24:00:00Z",
    "2026-01-01T00:00:00+99:99",
    "2026-01-01T00:00:00+15:59", "2026-01-01T00:00:00", "2026-01-01", "20260101", "2026-W10-1",
    "2026-01-01 BC", "infinity",
    "-infinity", "epoch", "now", "today", "2026-13", "0000", "9999", 1763812345, 1763812345000,
    253402300799, 253402300800,
    253402300799999, 8_640_000_000_000_000, -62135596800, -62135596801000, "1763812345000",
)  # fmt: skip


def deep(levels: int) -> list[Any]:
    """Lists in lists."""
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


def edges_of(span: str | None) -> list[Any]:
    """Every edge, with those of a span itself."""
    edges = [*EDGES, deep(90), deep(300)]
    limits = load_spans().spans.get(span or "")
    if isinstance(limits, NumberSpan):
        edges += [limits.minimum, limits.maximum, str(limits.minimum), str(limits.maximum)]
        edges += [limits.minimum - 1, limits.maximum * 1.01, math.nextafter(limits.maximum, math.inf)]
    if isinstance(limits, InstantSpan):
        first = limits.earliest
        edges += [
            first.isoformat(),
            (first - timedelta(days=1)).isoformat(),
            f"{first}T00:00:00+14:00",
            first.year,
        ]
    return edges


def sound_value(rule: FieldRule) -> Any:
    """A value that a field's rule allows."""
    if rule.kind == "enum":
        return rule.values[0]
    told = {
        "instant": "2026-05-01T10:00:00Z", "date": "2026-05-01", "number": 3, "integer": 3,
        "boolean": True, "list": ["a"],
        "object": {"page": "x"}, "document": {"skills": {"technical": ["Python"]}},
    }  # fmt: skip
    return told.get(rule.kind, "word")


def sound_record(entity: Entity, key: str) -> dict[str, Any]:
    """A record of an entity with every field, whose ids are the key's."""
    return {
        name: key if rule.kind in ("id", "subject") else sound_value(rule)
        for name, rule in entity.fields.items()
    }


def entity_edges(entity: Entity) -> Iterator[dict[str, Any]]:
    """Records of an entity, each with one field at an edge."""
    for name, rule in entity.fields.items():
        for place, edge in enumerate(edges_of(rule.span)):
            yield sound_record(entity, f"{name}-{place}") | {name: edge}


def resource_edges(resource: ProviderResource) -> Iterator[dict[str, Any]]:
    """Records of a resource, each with one field of its sample or its spans at an edge."""
    paths: dict[str, str | None] = dict.fromkeys(_leaves(resource.sample, ""))
    paths |= dict(resource.spans)
    free = next((path for path in resource.key if path not in resource.spans), None)
    for number, (path, span) in enumerate(paths.items()):
        for place, edge in enumerate(edges_of(span)):
            record = _copy(resource.sample)
            if free is not None:
                _put(record, free, f"edge-{number}-{place}")
            _put(record, path, edge)
            yield record


def as_json(record: dict[str, Any]) -> bytes:
    """A record as a careless writer writes it: NaN and halves of pairs as they are."""
    return json.dumps(record).encode()


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for item in value[:1]:
            yield from _leaves(item, f"{path}[]")
    else:
        yield path


def _put(record: Any, path: str, value: Any) -> None:
    """Set the value at a path as declared, making what leads there where it is missing."""
    name, _, rest = path.partition(".")
    is_list, name = name.endswith("[]"), name.removesuffix("[]")
    if is_list:
        items = record.get(name)
        if not isinstance(items, list) or not items:
            items = record[name] = [{}]
        if rest:
            if not isinstance(items[0], dict):
                items[0] = {}
            _put(items[0], rest, value)
        else:
            items[0] = value
    elif rest:
        if not isinstance(record.get(name), dict):
            record[name] = {}
        _put(record[name], rest, value)
    else:
        record[name] = value


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value
