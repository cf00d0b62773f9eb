"""Placeholders in declarations: ``{window_start_date}`` and the like, filled in when a window is read.

They are those of ``str.format``: ``{question[title]}`` picks from an object, ``{window_start.day}`` from an
instant.
"""

import copy
import re
import string
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cvplus.lake.manifest import Window

CREDENTIALS = frozenset({"login", "password"})
FETCH = frozenset({"fetched_date"})
WINDOW = frozenset(
    {
        *("window_start_date", "window_end_date", "window_last_date"),
        *("window_start_epoch", "window_end_epoch", "window_start_instant", "window_end_instant"),
        *("window_start", "window_end"),
    }
)
_WHOLE = re.compile(r"\{([a-z][a-z0-9_]*(?:\[[^\[\]{}]+\])*)\}")
_NAME = re.compile(r"[^\[.]*")


def names_in(value: Any) -> Iterator[str]:
    """The placeholders' names anywhere in a value of nested mappings, lists and texts."""
    if isinstance(value, str):
        fields = (name for _, name, _, _ in string.Formatter().parse(value) if name is not None)
        yield from (_NAME.match(name)[0] for name in fields)  # type: ignore[index]
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from names_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from names_in(item)


def check_placeholders(value: Any, allowed: frozenset[str]) -> None:
    """Refuse (``ValueError``) a placeholder that is not in ``allowed``."""
    unknown = sorted(set(names_in(value)) - allowed)
    if unknown:
        raise ValueError(
            f"unknown placeholder {{{unknown[0]}}}; allowed here: "
            + ", ".join(f"{{{name}}}" for name in sorted(allowed))
        )


def fill(value: Any, facts: Mapping[str, Any]) -> Any:
    """A copy of ``value`` with its placeholders filled in; nothing in it is shared with the original.

    A text that is one placeholder and nothing else becomes what the placeholder stands for, be it a list.
    Where it picks what an item of a list need not have (``{question[city]}``), the field is left out.
    """
    if isinstance(value, str):
        whole = _WHOLE.fullmatch(value)
        return copy.deepcopy(_stands_for(whole[1], facts)) if whole else value.format_map(facts)
    if isinstance(value, Mapping):
        return {key: fill(item, facts) for key, item in value.items() if not _is_missing(item, facts)}
    if isinstance(value, list):
        return [fill(item, facts) for item in value]
    return value


def _stands_for(name: str, facts: Mapping[str, Any]) -> Any:
    return string.Formatter().get_field(name, (), facts)[0]


def _is_missing(value: Any, facts: Mapping[str, Any]) -> bool:
    """Whether a value is a placeholder that picks from an object what it has not."""
    picked = _WHOLE.fullmatch(value) if isinstance(value, str) and "[" in value else None
    if picked is None:
        return False
    try:
        _stands_for(picked[1], facts)
    except (KeyError, IndexError, TypeError):
        return True
    return False


def window_facts(window: Window, overlap_hours: float = 0.0) -> dict[str, Any]:
    """What stands for a window, in UTC: dates, epoch seconds, instants as text and as such.

    ``window_last_date`` is its last day.
    """
    start = window.start.astimezone(UTC) - timedelta(hours=overlap_hours)
    end = window.end.astimezone(UTC)
    return {
        "window_start_date": f"{start:%Y-%m-%d}",
        "window_end_date": f"{end:%Y-%m-%d}",
        "window_last_date": f"{end - timedelta(microseconds=1):%Y-%m-%d}",
        "window_start_epoch": f"{start.timestamp():.0f}",
        "window_end_epoch": f"{end.timestamp():.0f}",
        "window_start": start,
        "window_end": end,
        "window_start_instant": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "window_end_instant": f"{end:%Y-%m-%dT%H:%M:%SZ}",
    }


def fetch_facts(fetched_at: datetime) -> dict[str, str]:
    """What stands for the moment of fetching: its UTC date."""
    return {"fetched_date": f"{fetched_at.astimezone(UTC):%Y-%m-%d}"}
