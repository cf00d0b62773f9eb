"""What stands between the cache and the network: circuit, quota, money, retries, and the count of it all."""

import re
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

from cvplus.sources.circuit import Circuit
from cvplus.sources.declaration import Quota
from cvplus.sources.quota import (
    LONGEST_WAIT_SECONDS,
    UNTOLD_WAIT_SECONDS,
    QuotaLimiter,
    is_throttled,
    told_wait,
)
from cvplus.sources.usage import Usage

RETRIED_STATUSES = (429, 500, 502, 503, 504)
NO_ANSWER = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


@dataclass
class Politeness:
    """The rules of calling one source. ``charge`` books the price of a call before it leaves, or refuses.

    ``charged``: what a call that costs looks like (``Cost.only``).
    """

    quota: Quota
    limiter: QuotaLimiter
    circuit: Circuit
    charge: Callable[[], float] | None
    usage: Usage
    charged: str = ""

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
        rules = self.politeness
        if response is not None:
            wait = told_wait(response.headers, rules.quota)
            if wait is not None:
                rules.limiter.pause(wait)
            if (wait or 0) > LONGEST_WAIT_SECONDS or (
                wait is None and response.status not in RETRIED_STATUSES
            ):
                raise MaxRetryError(_pool, url or "", ResponseError(f"HTTP {response.status}"))  # type: ignore[arg-type]
        retry = super().increment(method, url, response, error, _pool, _stacktrace)
        rules.usage.retried += 1
        rules.usage.calls += 1
        rules.usage.throttled += response is not None and response.status not in RETRIED_STATUSES[1:]
        return retry

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Back off, unless the provider named a wait, which the limiter holds for all workers."""
        if response is None or told_wait(response.headers, self.politeness.quota) is None:
            self._sleep_backoff()
        self.politeness.limiter.acquire()


class PoliteAdapter(HTTPAdapter):
    """Sends a request when the circuit, the quota and the budget allow it; counts what comes back."""

    def __init__(self, politeness: Politeness, retries: int, backoff_seconds: float) -> None:
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

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """One call, retries included.

        Raises:
            SourceUnavailable: the circuit is open.
            QuotaExhausted: of our own or of the provider's limits, or the month's budget.
        """
        rules, usage = self._rules, self._rules.usage
        rules.circuit.check()
        rules.limiter.acquire()
        if rules.charge is not None and re.match(rules.charged, f"{request.method} {request.url}"):
            usage.cost_usd += rules.charge()
        usage.calls += 1
        try:
            response = super().send(request, *args, **options)
            size = len(response.content)
        except NO_ANSWER:
            rules.circuit.note(is_answered=False)
            raise
        usage.bytes += response.raw.tell() or size
        # What varies by our own headers is the same for us: there is one client, and one key.
        response.headers.pop("Vary", None)
        self._heed(response)
        return response

    def _heed(self, response: requests.Response) -> None:
        """Act on what the answer says of the provider's state."""
        rules = self._rules
        status, wait = response.status_code, told_wait(response.headers, rules.quota)
        throttled = is_throttled(
            status, response.headers, response.text if status >= 400 else "", rules.quota
        )
        rules.circuit.note(is_answered=status < 500 and not (throttled and wait is None))
        rules.usage.throttled += throttled
        if throttled and wait is None and status != 429:
            wait = UNTOLD_WAIT_SECONDS
        if wait is None and rules.quota.backoff_field is not None:
            wait = _backoff_told(response, rules.quota.backoff_field)
        if wait:
            rules.limiter.pause(wait)


def _backoff_told(response: requests.Response, field: str) -> float | None:
    """The seconds in a field of the body; ``None`` where it has none, or is no JSON."""
    try:
        found = jsonpath.find_values(field, response.json())
    except ValueError:
        return None
    return float(found[0]) if found and isinstance(found[0], int | float) else None
