"""What stands between the cache and the network: circuit, quota, money, retries, and the count of it all."""

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import requests
from dlt.common import jsonpath
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import MaxRetryError, ResponseError
from urllib3.util import Retry

from cvplus.errors import MalformedAnswer, SourceUnavailable
from cvplus.sources.addresses import Reach
from cvplus.sources.answers import RUN_AGAIN, json_of
from cvplus.sources.circuit import Circuit
from cvplus.sources.connections import RAISE_LIMIT, bound, too_large
from cvplus.sources.declaration import Quota
from cvplus.sources.limits import AnswerLimits
from cvplus.sources.quota import LONGEST_WAIT_SECONDS, QuotaLimiter, believed, is_throttled, told_wait
from cvplus.sources.usage import Usage

RETRIED_STATUSES = (429, 500, 502, 503, 504)
NO_ANSWER = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)

# What a session asks for. Each unpacks a byte into a thousand at the most; the library stops within a piece.
PACKINGS = ("", "identity", "gzip", "x-gzip", "deflate")
_PIECE_BYTES = 1 << 16
# What separates or opens the values of JSON and of CSV.
_MARKS = (b",", b"[", b"{")
# Words about a quota are a sentence, not a book.
_TOLD_BYTES = 1 << 16
_TOLD = "told_of_quota"


@dataclass
class Politeness:
    """The rules of calling one source. ``charge`` books the price of a call before it leaves, or refuses."""

    quota: Quota
    limiter: QuotaLimiter
    circuit: Circuit
    charge: Callable[[str], float] | None
    usage: Usage

    def permit(self, call: str) -> None:
        """Wait until ``call`` (``POST /path``) may leave, book what it costs, and count it.

        Raises:
            QuotaExhausted: of our own or of the provider's limits, or the month's budget.
        """
        self.limiter.acquire()
        if self.charge is not None:
            self.usage.cost_usd += self.charge(call)
        self.usage.calls += 1

    def close(self) -> None:
        """Let go of the files."""
        self.limiter.close()
        self.circuit.close()


class PoliteRetry(Retry):
    """urllib3's retry, which waits as long as the provider's headers say, and asks for a permit each time.

    A wait longer than a worker sleeps ends it at once.
    """

    politeness: Politeness

    def new(self, **changes: Any) -> Self:
        """The next state, under the same rules."""
        retry = super().new(**changes)
        retry.politeness = self.politeness
        return retry

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Decide on another try.

        Raises:
            MaxRetryError: there is none: too many, too long a wait, or no sign that a retry would help.
        """
        if response is None:
            return super().increment(method, url, response, error, _pool, _stacktrace)
        wait = self._told_wait(response)
        if wait is not None:
            self.politeness.limiter.pause(wait)
        if (wait or 0) > LONGEST_WAIT_SECONDS or (wait is None and response.status not in RETRIED_STATUSES):
            raise MaxRetryError(_pool, url or "", ResponseError(f"HTTP {response.status}"))  # type: ignore[arg-type]
        retry = super().increment(method, url, response, error, _pool, _stacktrace)
        self.politeness.usage.throttled += is_throttled(response.status, wait, self.politeness.quota)
        return retry

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Back off, unless the provider named a wait, which the limiter holds for all workers."""
        if response is None or self._told_wait(response) is None:
            self._sleep_backoff()
        last = self.history[-1]
        self.politeness.permit(f"{last.method} {last.url}")
        self.politeness.usage.retried += 1

    def _told_wait(self, response: BaseHTTPResponse) -> float | None:
        text = body_of(response, self.politeness.quota).decode(errors="replace")
        return told_wait(response.status, response.headers, text, self.politeness.quota)


def body_of(response: BaseHTTPResponse, quota: Quota) -> bytes:
    """The beginning of the body of an answer that may tell of the quota in words, else nothing."""
    if quota.throttled_text is None or response.status not in quota.throttled_statuses:
        return b""
    if not hasattr(response, _TOLD):
        setattr(response, _TOLD, response.read(_TOLD_BYTES, decode_content=True))
    told: bytes = getattr(response, _TOLD)
    return told


class PoliteAdapter(HTTPAdapter):
    """Sends a request when the circuit, the quota and the budget allow it; counts what comes back."""

    def __init__(
        self, politeness: Politeness, retries: int, backoff_seconds: float, limits: AnswerLimits, reach: Reach
    ) -> None:
        self._limits, self._reach = limits, reach
        retry = PoliteRetry(
            total=retries,
            backoff_factor=backoff_seconds,
            status_forcelist=(*RETRIED_STATUSES, *politeness.quota.throttled_statuses),
            allowed_methods=None,
            raise_on_status=False,
        )
        retry.politeness = politeness
        super().__init__(max_retries=retry)
        self._rules = politeness

    def build_response(self, req: requests.PreparedRequest, resp: BaseHTTPResponse) -> requests.Response:
        """The library's answer; a body that the retry has read is gone from the wire, so it is given."""
        response = super().build_response(req, resp)
        if told := body_of(resp, self._rules.quota):
            response._content = told
        return response

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """The library's pools, of connections that are bounded."""
        super().init_poolmanager(*args, **options)
        bound(self.poolmanager, self._limits, self._reach)

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        """The library's pools to a proxy, of connections that are bounded."""
        manager = super().proxy_manager_for(*args, **options)
        bound(manager, self._limits, self._reach)
        return manager

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """One call, retries included.

        Raises:
            SourceUnavailable: the circuit is open, or the answer takes longer than one may.
            MalformedAnswer: it is larger than one may be.
            QuotaExhausted: of our own or of the provider's limits, or the month's budget.
        """
        rules, usage = self._rules, self._rules.usage
        rules.circuit.check()
        rules.permit(f"{request.method} {request.path_url}")
        try:
            response = super().send(request, *args, **options)
            size = read_whole(response, self._limits)
        except (*NO_ANSWER, SourceUnavailable):
            rules.circuit.note(is_answered=False)
            raise
        usage.bytes += response.raw.tell() or size
        # What varies by our own headers is the same for us: there is one client, and one key.
        response.headers.pop("Vary", None)
        # Where no charset is told, requests takes a text for Latin-1; what is read here is UTF-8 then.
        if "charset" not in response.headers.get("Content-Type", "").lower():
            response.encoding = "utf-8"
        self._heed(response)
        return response

    def _heed(self, response: requests.Response) -> None:
        """Act on what the answer says of the provider's state."""
        rules, status = self._rules, response.status_code
        wait = told_wait(status, response.headers, response.text if status >= 400 else "", rules.quota)
        throttled = is_throttled(status, wait, rules.quota)
        rules.circuit.note(is_answered=status < 500 and not (throttled and wait is None))
        rules.usage.throttled += throttled
        if wait is None and rules.quota.backoff_field is not None:
            wait = _backoff_told(response, rules.quota.backoff_field)
        if wait:
            rules.limiter.pause(believed(wait, rules.quota))


def _backoff_told(response: requests.Response, field: str) -> float | None:
    """The seconds in a field of the body; ``None`` where it has none, or is no JSON."""
    try:
        found = jsonpath.find_values(field, json_of(response))
    except ValueError:
        return None
    return float(found[0]) if found and isinstance(found[0], int | float) else None


def read_whole(response: requests.Response, limits: AnswerLimits) -> int:
    """Read an answer's body, unpacked, into the answer; returns its bytes.

    Raises:
        MalformedAnswer: it is larger than one may be, or packed in a way that was not asked for.
    """
    if response._content is False:
        packing = response.headers.get("Content-Encoding", "").strip().lower()
        if packing not in PACKINGS:
            raise MalformedAnswer(
                cause=f"The answer is packed as {packing[:40]!r}, which was not asked for.", remedy=RUN_AGAIN
            )
        body = bytearray()
        for piece in response.iter_content(_PIECE_BYTES):
            body += piece
            if len(body) > limits.answer_bytes:
                response.close()
                raise too_large(" unpacked", limits)
        response._content = bytes(body)
        response._content_consumed = True
    body_bytes: bytes = response.content
    values = sum(body_bytes.count(mark) for mark in _MARKS)
    if values > limits.answer_values:
        raise MalformedAnswer(
            cause=f"The answer holds {values:,} values, more than {limits.answer_values:,}.",
            remedy=RAISE_LIMIT,
        )
    return len(body_bytes)
