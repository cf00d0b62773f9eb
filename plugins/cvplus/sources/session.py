"""The one HTTP session: cache, then limiter, then retries; each a library's, none of it written here."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests
from pyrate_limiter import InMemoryBucket, SQLiteBucket
from requests.adapters import HTTPAdapter
from requests_cache import CachedResponse, CacheMixin
from requests_ratelimiter import LimiterMixin
from urllib3 import BaseHTTPResponse
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import MaxRetryError, ResponseError
from urllib3.util import Retry

from cvplus.errors import SourceUnavailable
from cvplus.sources.declaration import SourceDeclaration

# A longer wait means that the quota is gone: a worker does not sleep that long.
LONGEST_WAIT_SECONDS = 900
RETRIED_STATUSES = (429, 500, 502, 503, 504)
# What shows that the provider is down or busy, and not that we asked wrongly.
UNAVAILABLE = (
    SourceUnavailable,
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


@dataclass(frozen=True)
class SessionOptions:
    """How patient the client is and where it keeps its cache (``None``: in memory).

    ``backoff_seconds`` doubles with each of ``retries``; ``quota_wait_seconds`` is how long a request may
    wait for our own limiter before the quota counts as spent.
    """

    cache_folder: Path | None = None
    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    retries: int = 4
    backoff_seconds: float = 1.0
    quota_wait_seconds: float = 90.0


class _PatientRetry(Retry):
    """urllib3's retry, except that a ``Retry-After`` beyond the longest wait ends it at once."""

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        asked = self.get_retry_after(response) if response is not None else None
        if asked is not None and asked > LONGEST_WAIT_SECONDS:
            raise MaxRetryError(_pool, url or "", ResponseError(f"Retry-After of {asked:.0f} s"))  # type: ignore[arg-type]
        return super().increment(method, url, response, error, _pool, _stacktrace)


class _CountingSession(requests.Session):
    """Counts the requests that really leave, retries included."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        self.calls += 1
        response = super().send(request, **options)
        history = getattr(getattr(response.raw, "retries", None), "history", ())
        self.calls += len(history)
        return response


class ProviderSession(CacheMixin, LimiterMixin, _CountingSession):
    """Cache over limiter over retries.

    A cached answer past its freshness stands in only for a provider that is unavailable: a refused key
    or a malformed answer is never papered over.
    """

    def _handle_error(self, cached_response: CachedResponse, actions: Any) -> Any:
        error = sys.exception()
        if isinstance(error, UNAVAILABLE) and not is_own_limit(error):
            return super()._handle_error(cached_response, actions)
        raise


def is_own_limit(error: BaseException | None) -> bool:
    """Whether this is our own limiter's refusal; the library gives it no type of its own."""
    return isinstance(error, requests.Timeout) and "Rate limit not cleared" in str(error)


def open_session(
    declaration: SourceDeclaration, secret_parameters: Sequence[str], options: SessionOptions
) -> ProviderSession:
    """A session that keeps the source's quota, freshness and secrets.

    ``secret_parameters``: headers and parameters that are left out of cache keys and cached requests.
    """
    fresh = timedelta(hours=declaration.fresh_hours)
    time_to_live = timedelta(hours=declaration.time_to_live_hours)
    folder = options.cache_folder
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    session = ProviderSession(
        cache_name=str(folder / f"{declaration.source}.sqlite") if folder else "memory",
        backend="sqlite" if folder else "memory",
        serializer="json",
        expire_after=fresh,
        stale_if_error=max(0, int((time_to_live - fresh).total_seconds())),
        allowable_methods=("GET", "POST"),
        ignored_parameters=secret_parameters,
        per_second=declaration.quota.requests_per_second,
        per_minute=declaration.quota.per_minute or 0,
        per_day=declaration.quota.per_day or 0,
        max_delay=options.quota_wait_seconds,
        limit_statuses=(),
        bucket_class=SQLiteBucket if folder else InMemoryBucket,
        bucket_kwargs={"path": str(folder / f"{declaration.source}.quota.sqlite")} if folder else {},
    )
    session.cache.delete(older_than=time_to_live)
    retry = _PatientRetry(
        total=options.retries,
        backoff_factor=options.backoff_seconds,
        status_forcelist=RETRIED_STATUSES,
        allowed_methods=None,
        raise_on_status=False,
        respect_retry_after_header=True,
    )
    adapter = HTTPAdapter(max_retries=retry)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
