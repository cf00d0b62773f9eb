"""Whether the sandbox's records have the names and JSON types of real, recorded ones, however deep."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from real_files import recorded as recorded


def type_of(value: Any) -> str:
    """A value's JSON type; whole numbers and others are both numbers."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, int | float):
        return "number"
    return {str: "text", list: "list", dict: "object"}[type(value)]


def parts_of(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of a value and all that it holds; what lies in a list has the list's path and `[]`."""
    yield path, value
    if isinstance(value, dict):
        for name, part in value.items():
            yield from parts_of(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for part in value:
            yield from parts_of(part, f"{path}[]")


class Shape:
    """What a number of records have in common: the types at each path, and the names an object always has."""

    def __init__(self, records: list[Any]) -> None:
        self.types: defaultdict[str, set[str]] = defaultdict(set)
        self.always: dict[str, set[str]] = {}
        for record in records:
            for path, value in parts_of(record):
                self.types[path].add(type_of(value))
                if isinstance(value, dict):
                    self.always[path] = self.always.get(path, set(value)) & set(value)


def differences(
    ours: list[Any],
    real: list[Any],
    *,
    without: Collection[str] = (),
    beside: Collection[str] = (),
) -> list[str]:
    """How our records differ from real ones; empty when nobody could tell them apart by their shape.

    Told are: a path that real records don't have, a name that real objects always have and one of ours lacks,
    and a type that isn't found there in real records (where those only have null, any type is fine).
    `without` lists paths that we leave out on purpose, `beside` those that we have and the recording doesn't,
    or whose insides differ from employer to employer; what lies below them isn't looked at.
    """
    assert ours, "nothing to compare: the sandbox gave no records"
    assert real, "nothing to compare: the recording has no records"
    mine, theirs = Shape(ours), Shape(real)

    def is_below(path: str, several: Collection[str]) -> bool:
        return any(path == one or path.startswith((f"{one}.", f"{one}[]")) for one in several)

    found = []
    for path, types in mine.types.items():
        if is_below(path, beside):
            continue
        if path not in theirs.types:
            found.append(f"{path}: real records don't have it")
        elif theirs.types[path] != {"null"} and types - theirs.types[path] - {"null"}:
            found.append(f"{path}: {sorted(types)}, in real records {sorted(theirs.types[path])}")
        elif "null" in types and "null" not in theirs.types[path]:
            found.append(f"{path}: null, in real records never")
    for path, names in theirs.always.items():
        missing = names - mine.always.get(path, names)
        for name in sorted(missing):
            whole = f"{path}.{name}" if path else name
            if not is_below(whole, without):
                found.append(f"{whole}: real records always have it")
    return found


def unreached(ours: list[Any], real: list[Any]) -> set[str]:
    """Paths that some real records have and none of ours: what a test of shape can't say anything about."""
    return set(Shape(real).types) - set(Shape(ours).types)
