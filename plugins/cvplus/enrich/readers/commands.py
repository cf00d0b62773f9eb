"""Show what the readers make of texts: a line in, a line out.

    python -m cvplus.enrich.readers.commands <kind> < texts

A line of standard input is plain text, or a JSON object with ``text`` and the hints ``country``, ``language``
and ``title``. Its answer is one JSON object: the kind's fields, ``confidence``, and ``reason`` where
something is null.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import orjson

from cvplus.enrich.readers.answer import Answer, Text, shown_fields, shown_names
from cvplus.enrich.readers.registry import KINDS, read_texts, reader_of

_LINES_AT_ONCE = 256
_HINTS = ("country", "language", "title")


def text_of_line(line: str) -> Text:
    """The text and its hints; a hint, or a ``text``, that is no text counts as untold."""
    try:
        told = orjson.loads(line)
    except orjson.JSONDecodeError:
        return Text(line)
    if not isinstance(told, dict):
        return Text(line)
    hints = {name: told[name].strip() for name in _HINTS if isinstance(told.get(name), str)}
    text = told.get("text")
    return Text(text if isinstance(text, str) else "", **{name: hint or None for name, hint in hints.items()})


def answer_lines(kind: str, lines: Iterable[str]) -> Iterator[bytes]:
    """The answers to lines, in their order, each as a line of JSON."""
    rest = iter(lines)
    while chunk := [text_of_line(line.rstrip("\r\n")) for line in islice(rest, _LINES_AT_ONCE)]:
        for answer in read_texts(kind, chunk):
            yield orjson.dumps(_as_object(kind, answer)) + b"\n"


def _as_object(kind: str, answer: Answer[Any]) -> dict[str, Any]:
    names = shown_names(reader_of(kind).value_type).values()
    told = dict.fromkeys(names) if answer.value is None else shown_fields(answer.value)
    return {**told, "confidence": answer.confidence, "reason": answer.reason}


def main() -> None:
    """Answer standard input."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", choices=KINDS)
    kind = parser.parse_args().kind
    lines = (line.decode("utf-8", errors="replace") for line in sys.stdin.buffer)
    for answer in answer_lines(kind, lines):
        sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
