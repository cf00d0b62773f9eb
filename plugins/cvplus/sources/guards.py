"""Guards over a walk through pages: it must move on, and it must not lose records."""

import hashlib
import json
from collections import Counter
from contextlib import suppress
from datetime import datetime
from typing import Any

import orjson
from requests import Request

from cvplus.errors import MalformedAnswer
from cvplus.instants import UnreadableInstant, parse_instant
from cvplus.sources.addresses import origin

# An answer may come again while records shift between pages; one more time is no accident.
SAME_ANSWERS = 2
# Records may vanish between two pages; a swallowed page is more than that.
TOLERATED_SHORTAGE = 0.05
_WRITTEN_ALIKE = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


class LoopGuard:
    """Notices a walk that goes astray: to another host, to a page already read, or nowhere at all."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._requests: set[str] = set()
        self._answers: Counter[str] = Counter()

    def ask(self, request: Request) -> None:
        """Note a request that is about to be made.

        Raises:
            MalformedAnswer: it was made before in this walk, or leads elsewhere: it carries the key.
        """
        require_same_origin("The link to the next page", request.url, self._base_url)
        asked = _digest(request.method, request.url, request.params, request.json)
        if asked in self._requests:
            raise MalformedAnswer(
                cause="The paging turns in circles: the provider's cursor leads to a page already read.",
                remedy="Run the task again; if it stays so, check the paginator in the declaration.",
            )
        self._requests.add(asked)

    def answer(self, records: list[Any]) -> None:
        """Note the records of a page.

        Raises:
            MalformedAnswer: the same page came too often.
        """
        got = _digest(*records)
        self._answers[got] += 1
        if self._answers[got] > SAME_ANSWERS:
            raise MalformedAnswer(
                cause=f"The provider gave the same page ({len(records)} records) {self._answers[got]} times.",
                remedy="Run the task again; if it stays so, check the page parameter in the declaration.",
            )


def require_same_origin(what: str, url: str, base_url: str) -> None:
    """Make sure that a link of the provider's leads where the declaration does: scheme, host and port.

    Raises:
        MalformedAnswer: it leads elsewhere, and what is sent there would carry the key.
    """
    try:
        leads_to = origin(url)
    except ValueError:
        leads_to = ("", "", None)
    meant = origin(base_url)
    if leads_to != meant:
        raise MalformedAnswer(
            cause=f"{what} leads to {_named(leads_to)} instead of {_named(meant)}.",
            remedy="If the provider has moved, correct client.base_url in the declaration.",
        )


def _named(place: tuple[str, str, int | None]) -> str:
    scheme, host, port = place
    return f"{scheme}://{host}{'' if port in (443, 80, None) else f':{port}'}" if host else "nowhere"


def check_total(records: int, total: int | None) -> str | None:
    """Compare the records read with the provider's own total; returns a note when some are missing.

    Raises:
        MalformedAnswer: so many are missing that a page was swallowed.
    """
    if total is None or records >= total:
        return None
    missing = total - records
    if missing > total * TOLERATED_SHORTAGE:
        raise MalformedAnswer(
            cause=f"The pages ended after {records} of {total} records.",
            remedy="Run the task again; if it stays so, check the paginator in the declaration.",
        )
    return f"{missing} of {total} records were not among the pages"


def check_end(paginator: dict[str, Any], pages: int, is_last_empty: bool) -> str | None:
    """Judge a last page that is empty although the page before announced it; returns a note when it is odd.

    By number or keyset, an empty page is how some walks end; where the provider says whether more follow,
    it is a contradiction, and behind a link or a cursor of its own it is at least remarkable.

    Raises:
        MalformedAnswer: the provider said that more records follow, and then gave none.
    """
    if pages < 2 or not is_last_empty:
        return None
    if paginator.get("has_more_path"):
        raise MalformedAnswer(
            cause=f"Page {pages} is empty and the last, although the page before says that more follow.",
            remedy="Run the task again; if it stays so, check the paginator in the declaration.",
        )
    if paginator["type"] in ("json_link", "header_link"):
        return f"page {pages}, to which a link led, was empty"
    if paginator["type"] == "cursor" and not paginator.get("stop_after_empty_page"):
        return f"page {pages}, to which a cursor led, was empty"
    return None


def is_all_older(records: list[Any], path: str, instant: datetime) -> bool:
    """Whether every record of a page that has records is older than ``instant``; what has none is not."""
    return bool(records) and all(
        happened is not None and happened < instant
        for happened in (_instant(record, path) for record in records)
    )


def _instant(record: Any, path: str) -> datetime | None:
    """The instant at a dotted path, or ``None``."""
    for part in path.split("."):
        record = record.get(part) if isinstance(record, dict) else None
    with suppress(UnreadableInstant):
        return parse_instant(record)
    return None


def _digest(*values: Any) -> str:
    """A digest of values, one after the other: a page is too large to be written out whole."""
    digest = hashlib.sha256()
    for value in values:
        try:
            digest.update(orjson.dumps(value, default=str, option=_WRITTEN_ALIKE))
        except orjson.JSONEncodeError:  # half a character pair, or an integer beyond 64 bits
            digest.update(json.dumps(value, sort_keys=True, default=str).encode() + b"\n")
    return digest.hexdigest()
