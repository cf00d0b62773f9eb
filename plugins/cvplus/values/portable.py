"""What neither JSON between programs nor PostgreSQL can carry, found and taken out of a record.

NaN and infinities, integers beyond 64 bits, U+0000, halves of character pairs and bottomless nesting: each
costs the value that holds it, never the record.
"""

import math
from typing import Any

from cvplus.values.rejected_fields import Fault, RejectedField

_LARGEST_INTEGER = (1 << 63) - 1
_NOT_FINITE = Fault("number_not_finite", "is infinite or no number.")
_TOO_LARGE = Fault("integer_too_large", "is an integer beyond 64 bits.")
_NULL = Fault("null_character", "holds the character U+0000, which the warehouse cannot keep.")
_HALF = Fault("text_invalid", "holds half of a character pair.")
_DEEP = Fault("nested_too_deep", "nests deeper than any real record.")
_REPEATED = Fault("key_repeated", "is told twice, and which one is true is not known.")


class Repeated:
    """Stands for the value of a key that an object has more than once."""


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its pairs, as ``object_pairs_hook`` is given them; a repeated key has no value."""
    told: dict[str, Any] = {}
    for name, value in pairs:
        told[name] = Repeated() if name in told else value
    return told


def make_portable(record: dict[str, Any], deepest: int) -> list[RejectedField]:
    """Put null in the place of each value that cannot be carried, and say which they were."""
    rejected: list[RejectedField] = []
    for name in list(record):
        _settle(record, name, "", 1, deepest, rejected)
    return rejected


def _settle(
    holder: Any, place: Any, path: str, depth: int, deepest: int, rejected: list[RejectedField]
) -> None:
    """Settle the value at a place of an object or list."""
    value = holder[place]
    here = f"{path}.{place}" if path else str(place)
    fault = _text_fault(place) if isinstance(place, str) else None
    if fault is not None:
        del holder[place]
        rejected.append(
            RejectedField.of(_sound(here), Fault(fault.reason_code, f"has a name that {fault.reason}"))
        )
        return
    fault = _fault(value, depth, deepest)
    if fault is not None:
        holder[place] = None
        shown = None if isinstance(value, dict | list | Repeated) else value
        rejected.append(RejectedField.of(here, fault, _sound(shown) if isinstance(shown, str) else shown))
    elif isinstance(value, dict):
        for name in list(value):
            _settle(value, name, here, depth + 1, deepest, rejected)
    elif isinstance(value, list):
        for number in range(len(value)):
            _settle(value, number, here, depth + 1, deepest, rejected)


def _fault(value: Any, depth: int, deepest: int) -> Fault | None:
    if isinstance(value, str):
        return _text_fault(value)
    if isinstance(value, float):
        return None if math.isfinite(value) else _NOT_FINITE
    if isinstance(value, int):
        return None if -_LARGEST_INTEGER <= value <= _LARGEST_INTEGER else _TOO_LARGE
    if isinstance(value, dict | list):
        return _DEEP if depth > deepest else None
    return _REPEATED if isinstance(value, Repeated) else None


def _text_fault(text: str) -> Fault | None:
    if "\x00" in text:
        return _NULL
    return _HALF if not text.isascii() and _is_broken(text) else None


def _is_broken(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _sound(text: str) -> str:
    """The text with signs in the place of what cannot be carried."""
    return text.replace("\x00", "\N{SYMBOL FOR NULL}").encode(errors="replace").decode()
