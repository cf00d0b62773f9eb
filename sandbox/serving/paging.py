"""Pages of a list: by number, by offset, by an opaque cursor, and the addresses and headers that lead on."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import Request

from sandbox.serving.refusal import ErrorAnswer, Refused


def whole_number(
    asked: Mapping[str, str], name: str, default: int, low: int, high: int, error_answer: ErrorAnswer
) -> int:
    """A whole number among the parameters; refused with 400 outside its bounds."""
    text = asked.get(name, str(default))
    if not text.isascii() or not text.lstrip("-").isdigit() or not low <= int(text) <= high:
        raise Refused(error_answer(400, f"{name} must be between {low} and {high}"))
    return int(text)


def pages_of(total: int, size: int) -> int:
    """How many pages a list of this length has; none when it's empty."""
    return -(-total // size)


def cursor_of(*position: Any) -> str:
    """An opaque text for a position in a list, such as the values that its order goes by."""
    return base64.urlsafe_b64encode(orjson.dumps(position)).decode()


def position_of(cursor: str, error_answer: ErrorAnswer) -> list[Any]:
    """The position of a cursor; refused with 400 when it was made up."""
    try:
        position = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError):
        raise Refused(error_answer(400, "the cursor is not valid")) from None
    if not isinstance(position, list):
        raise Refused(error_answer(400, "the cursor is not valid"))
    return position


def page_after(
    rows: Sequence[Any], cursor: str | None, size: int, error_answer: ErrorAnswer
) -> tuple[Any, str | None]:
    """(rows of the page after a cursor, the cursor that leads on or None) of a whole list."""
    start = int(position_of(cursor, error_answer)[0]) if cursor else 0
    end = start + size
    return rows[start:end], cursor_of(end) if end < len(rows) else None


def address(request: Request, **changed: Any) -> str:
    """The address asked for with some of its parameters changed; None takes one out."""
    kept = {name: value for name, value in request.query_params.items() if changed.get(name, "") is not None}
    more = {name: str(value) for name, value in changed.items() if value is not None}
    return str(request.url.replace(query="").include_query_params(**(kept | more)))


def link_header(request: Request, name: str, page: int, last: int) -> dict[str, str]:
    """RFC 8288 `Link` to the first, previous, next and last page, as far as there are such."""
    targets = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    exists = {"prev": page > 1, "next": page < last, "last": page < last, "first": page > 1}
    links = [f'<{address(request, **{name: targets[rel]})}>; rel="{rel}"' for rel in targets if exists[rel]]
    return {"Link": ", ".join(links)} if links else {}
