"""What a careless or a hostile sender makes of a good text: bytes flipped and cut, values swapped for edges.

Everything is drawn from the generator that is given, so a seed and a number give the same case again.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from value_edges import EDGES, deep

_JUNK = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\n",
    b"\r\n",
    b"}{",
    b'"',
    b"\\u0000",
    b"\\ud800",
    b"\xc0\xaf",
    b"NaN",
    b",,",
)
_BOTTOMLESS = "@bottomless@"
_DIGITS = "@digits@"
_NAMES = (
    "",
    "k" * 3_000,
    "\x00",
    "\ud800",
    "_sealed",
    "_rejected_fields",
    "_dropped_on",
    "subject_id",
    "__proto__",
    "a.b",
)


def mutated(text: bytes, random: Random) -> bytes:
    """The text after one to three changes, of its values where it is JSON or of its bytes."""
    for _ in range(random.choice((1, 1, 2, 3))):
        change = random.choice((_values_changed, _values_changed, _bytes_changed))
        text = change(text, random)
    return text


def _bytes_changed(text: bytes, random: Random) -> bytes:
    if not text:
        return random.choice(_JUNK)
    start = random.randrange(len(text))
    end = min(len(text), start + random.choice((1, 3, 50, 2_000)))
    change = random.randrange(6)
    if change == 0:
        return text[:start] + bytes((text[start] ^ (1 << random.randrange(8)),)) + text[start + 1 :]
    if change == 1:
        return text[:start]
    if change == 2:
        return text[:start] + text[end:]
    if change == 3:
        return text[:end] + text[start:]
    if change == 4:
        return text[:start] + random.choice(_JUNK) + text[start:]
    return text[:start] + random.randbytes(end - start) + text[end:]


def _values_changed(text: bytes, random: Random) -> bytes:
    """One value of a JSON document, or of one of its lines, changed; other texts as they are."""
    lines = text.split(b"\n")
    place = random.randrange(len(lines)) if len(lines) > 1 else 0
    try:
        document = json.loads(text if len(lines) == 1 or text.lstrip()[:1] == b"[" else lines[place])
    except (ValueError, RecursionError):
        return _bytes_changed(text, random)
    changed = random.choice(_CHANGES)(document, random)
    written = json.dumps(changed)
    written = written.replace(json.dumps(_BOTTOMLESS), "[" * 20_000 + "]" * 20_000)
    written = written.replace(
        json.dumps(_DIGITS), random.choice(("9" * 5_000, "1e400", "-1e400", "9" * 400 + ".5", "0e5"))
    )
    if random.random() < 0.1 and '": ' in written:
        name, _, rest = written.partition('": ')
        written = f'{name}": 1, {name.rpartition("{")[2]}": {rest}'
    if len(lines) == 1 or text.lstrip()[:1] == b"[":
        return written.encode()
    lines[place] = written.encode()
    return b"\n".join(lines)


def _edge(random: Random) -> Any:
    return random.choice(
        (*EDGES, *EDGES[:20], deep(50), deep(400), _BOTTOMLESS, _DIGITS, "&#" + "9" * 5_000 + ";")
    )


def _replaced(document: Any, random: Random) -> Any:
    """One value anywhere, at an edge."""
    holder, place = _somewhere(document, random)
    if holder is None:
        return _edge(random)
    holder[place] = _edge(random)
    return document


def _swapped(document: Any, random: Random) -> Any:
    """One value as another type of the same content."""
    holder, place = _somewhere(document, random)
    if holder is None:
        return [document]
    value = holder[place]
    holder[place] = random.choice(([value], {"value": value}, str(value)[:500], {}, None, value == value))
    return document


def _renamed(document: Any, random: Random) -> Any:
    holder, place = _somewhere(document, random)
    if isinstance(holder, dict):
        value = holder[place] if random.random() < 0.5 else holder.pop(place)
        holder[random.choice(_NAMES)] = value
    return document


def _repeated(document: Any, random: Random) -> Any:
    """A list's items, or one of them, many times over."""
    holder, place = _somewhere(document, random)
    if holder is not None:
        value = holder[place]
        holder[place] = value * 5 if isinstance(value, list) else [value] * random.choice((2, 300))
    return document


def _dropped(document: Any, random: Random) -> Any:
    holder, place = _somewhere(document, random)
    if isinstance(holder, dict):
        del holder[place]
    return document


_CHANGES: tuple[Callable[[Any, Random], Any], ...] = (
    _replaced, _replaced, _replaced, _swapped, _renamed, _repeated, _dropped,
)  # fmt: skip


def _somewhere(document: Any, random: Random) -> tuple[Any, Any]:
    """An object or list of the document, at any depth, and a place in it; ``None`` where there is none."""
    holder, place, value = None, None, document
    while isinstance(value, dict | list) and value:
        holder = value
        place = random.choice(list(value)) if isinstance(value, dict) else random.randrange(len(value))
        value = holder[place]
        if random.random() < 0.25:
            break
    return holder, place
