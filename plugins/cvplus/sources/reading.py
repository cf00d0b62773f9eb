"""From an answer to records, where dlt's own way (JSON and a JSONPath) does not do."""

import csv
import io
import time
from collections.abc import Callable
from typing import Any

import orjson
import requests
from dlt.common import jsonpath
from dlt.sources.helpers.rest_client import RESTClient

from cvplus.errors import MalformedAnswer, PlantError, SourceUnavailable
from cvplus.lake.lines import shown_line
from cvplus.lake.store import RejectedRecord
from cvplus.sources.answers import LOOK_AT_ANSWER, RUN_AGAIN, provider_message
from cvplus.sources.endpoint import Endpoint, Poll
from cvplus.sources.guards import require_same_origin
from cvplus.sources.oddities import imported
from cvplus.sources.paths import compiled
from cvplus.values.portable import make_portable
from cvplus.values.rejected_fields import add_notes
from cvplus.values.spans import load_spans

Read = Callable[[requests.Response], list[Any]]

# What Python reads of an answer and JSON cannot carry on as it is: NaN, infinity, and numbers beyond 64 bits.
# Plain searches over digits that are all made the same: one expression for it took a seventh of the landing.
_ALIKE = bytes.maketrans(b"123456789E", b"000000000e")
_BEYOND_NUMBERS = (b"NaN", b"Infinity", b"e000", b"e+000", b"0" * 19)

# What a provider answers that has lost a report, or deleted it.
GONE = (404, 410)


class ReportMissing(SourceUnavailable):
    """A ticket's report is not to be had; it says nothing of other questions."""


class KeptTicketLost(ReportMissing):
    """The provider does not know the report of a ticket of ours that was bought in an earlier run."""


def reader_of(endpoint: Endpoint) -> Read | None:
    """What reads this endpoint's answers; ``None`` when dlt does."""
    if endpoint.records is not None:
        read: Read = imported(endpoint.records)
        return read
    if endpoint.is_single:
        return _single
    return {"csv": _csv, "json_lines": _json_lines}.get(endpoint.format)


def _single(response: requests.Response) -> list[Any]:
    return [response.json()]


def _json_lines(response: requests.Response) -> list[Any]:
    return [orjson.loads(line) for line in response.content.splitlines() if line.strip()]


def _csv(response: requests.Response) -> list[Any]:
    """Rows as objects of texts. A row with more or fewer cells than the header is rejected."""
    text = response.content.decode("utf-8-sig")
    if text and not text.endswith("\n"):
        raise ValueError("the last line does not end, so the file was cut")
    rows: list[Any] = []
    for row in csv.DictReader(io.StringIO(text, newline=""), strict=True):
        if None in row or None in row.values():
            shown = ",".join(str(value) for value in row.values())
            rows.append(
                RejectedRecord("not_an_object", "A line has not as many cells as the header.", shown[:200])
            )
        else:
            rows.append(row)
    return rows


class DeclaredClient(RESTClient):
    """dlt's client, reading answers as the endpoint declares.

    ``read``: reads an answer, or ``None`` for JSON and a JSONPath; ``poll``: answers are tickets, and
    ``check_report`` is given the report that a ticket leads to.
    """

    read: Read | None = None
    poll: Poll | None = None
    check_report: Callable[[requests.Response], None]
    timeout: tuple[float, float] = (10.0, 60.0)

    def extract_response(self, response: requests.Response, data_selector: jsonpath.TJsonPath) -> list[Any]:
        """The records of an answer; numbers that cannot be carried on are null in them, and noted.

        Raises:
            MalformedAnswer: the answer is not in the declared format.
            ReportMissing: a report was not ready in time.
            KeptTicketLost: a report is gone; its ticket is forgotten, so that the next walk buys another.
        """
        records = (
            read_answer(self.read, response)
            if self.read
            else super().extract_response(response, data_selector)
        )
        if _may_hold_beyond_numbers(response.content):
            for record in records:
                if isinstance(record, dict):
                    add_notes(record, make_portable(record, load_spans().deepest))
        if self.poll is None:
            return records
        try:
            return [self._fetched(self.poll, ticket, is_kept=response.from_cache) for ticket in records]  # type: ignore[attr-defined]
        except KeptTicketLost:
            self.session.cache.delete(response.cache_key)  # type: ignore[attr-defined]
            raise

    def _fetched(self, poll: Poll, ticket: Any, *, is_kept: bool) -> Any:
        """What a ticket's link gives once it is ready; a ticket without a link was refused."""
        links = [link for link in jsonpath.find_values(compiled(poll.link), ticket) if link]
        if not links:
            said = shown_line(ticket)
            return RejectedRecord(
                "refused_by_provider", "The provider took the question and gave no report.", said
            )
        require_same_origin("The report's link", str(links[0]), self.base_url)
        deadline = time.monotonic() + poll.give_up_seconds
        while True:
            response = self.session.get(
                str(links[0]),
                auth=self.auth,
                headers=self.headers,
                timeout=self.timeout,
                allow_redirects=False,
            )
            if response.status_code in GONE:
                self.session.cache.delete(response.cache_key)  # type: ignore[attr-defined]
                lost = KeptTicketLost if is_kept else ReportMissing
                raise lost(
                    cause=f"The provider does not know the report that its ticket leads to "
                    f"(HTTP {response.status_code}: {provider_message(response)}).",
                    remedy=RUN_AGAIN,
                )
            if response.status_code not in (202, 204):
                kept = {name: ticket[name] for name in poll.keep if name in ticket}
                return {**kept, **self._report(response)}
            if time.monotonic() > deadline:
                raise ReportMissing(
                    cause=f"A report was not ready in {poll.give_up_seconds:g} s "
                    f"(HTTP {response.status_code}: {provider_message(response)}).",
                    remedy=RUN_AGAIN,
                )
            time.sleep(poll.wait_seconds)

    def _report(self, response: requests.Response) -> dict[str, Any]:
        """A report that is ready; one that cannot be used is not kept in the cache."""
        try:
            self.check_report(response)
            report = read_answer(_single, response)[0]
            if not isinstance(report, dict):
                raise MalformedAnswer(cause="The report is no JSON object.", remedy=LOOK_AT_ANSWER)
        except PlantError:
            self.session.cache.delete(response.cache_key)  # type: ignore[attr-defined]
            raise
        return report


def _may_hold_beyond_numbers(content: bytes) -> bool:
    alike = content.translate(_ALIKE)
    return any(sign in alike for sign in _BEYOND_NUMBERS)


def read_answer(read: Read, response: requests.Response) -> list[Any]:
    """Read an answer; what is not in its format is a ``MalformedAnswer``."""
    try:
        return read(response)
    except (ValueError, csv.Error, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MalformedAnswer(
            cause=f"The answer is not what is declared ({type(error).__name__}: {str(error)[:120]}).",
            remedy=LOOK_AT_ANSWER,
        ) from None
