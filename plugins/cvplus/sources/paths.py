"""Paths into answers (JSONPath) and into records (dotted)."""

from functools import lru_cache
from typing import Any

from dlt.common import jsonpath


@lru_cache
def compiled(path: str) -> jsonpath.TJsonPath:
    """A JSONPath, parsed once: parsing takes longer than reading a page."""
    return jsonpath.compile_path(path)


def at(value: Any, path: str) -> Any:
    """The value at a dotted path; a number picks from a list. ``None`` where any part is missing."""
    for part in path.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value
