"""The one HTTP session: cache over politeness over retries; what a library does is not written here."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time
from typing import Any

import requests
from requests_cache import CachedResponse, CacheMixin
from requests_cache.backends import BaseCache, SQLiteCache

from cvplus.errors import AccessRefused, PlantError, QuotaExhausted, SourceUnavailable
from cvplus.sources.addresses import Reach
from cvplus.sources.circuit import Circuit
from cvplus.sources.declaration import SourceDeclaration
from cvplus.sources.limits import AnswerLimits
from cvplus.sources.polite import NO_ANSWER, PoliteAdapter, Politeness
from cvplus.sources.progress import Progress
from cvplus.sources.quota import QuotaLimiter
from cvplus.sources.usage import Usage

# What shows that the provider is down or busy, and not that we asked wrongly.
UNAVAILABLE = (SourceUnavailable, *NO_ANSWER)
# What an expired answer may stand in for. A wrong request or a malformed answer is never papered over.
OUTAGES = (*UNAVAILABLE, QuotaExhausted, AccessRefused)
CACHE_ENTRIES = 1_000
# Some providers say with an error that there is nothing; what is refused as an error is never kept. Nor is
# a 204: a report that is not ready yet says so with it.
KEPT_STATUSES = (200, 400, 404)
# How long a process waits for another's write to the cache.
BUSY_MILLISECONDS = 30_000


@dataclass(frozen=True)
class SessionOptions:
    """How patient the client is, where it keeps its cache (``None``: in memory), and who pays and counts.

    ``backoff_seconds`` doubles with each of ``retries``; ``quota_wait_seconds`` is how long a request may
    wait for our own limiter before the quota counts as spent. ``charge``: given each call before it leaves
    (``POST /path``); returns what it is charged at (USD), or raises ``BudgetExhausted``. ``usage``: where it
    is counted. ``limits``: what an answer may take. ``reaches_this_machine``: whether providers may be on
    this machine, as the sandbox is. ``progress``: where the walks begin, and how far they came.
    """

    cache_folder: Path | None = None
    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    retries: int = 4
    backoff_seconds: float = 1.0
    quota_wait_seconds: float = 90.0
    charge: Callable[[str], float] | None = None
    usage: Usage = field(default_factory=Usage)
    limits: AnswerLimits = field(default_factory=AnswerLimits)
    progress: Progress = field(default_factory=Progress)
    reaches_this_machine: bool = False


class ProviderSession(CacheMixin, requests.Session):
    """Answers from the cache while they are fresh, then confirmed or new ones; expired ones in an outage.

    ``usage`` counts; ``calls`` are those of this session.
    """

    def polite(
        self, politeness: Politeness, options: SessionOptions, limits: AnswerLimits, reach: Reach
    ) -> None:
        """Send everything under these rules."""
        self._politeness = politeness
        self._calls_before = politeness.usage.calls
        adapter = PoliteAdapter(politeness, options.retries, options.backoff_seconds, limits, reach)
        self.headers["Accept-Encoding"] = "gzip, deflate"
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    @property
    def calls(self) -> int:
        """Requests that left, retries included."""
        return self._politeness.usage.calls - self._calls_before

    def send(self, request: requests.PreparedRequest, **options: Any) -> Any:  # type: ignore[override]
        """Answer a request from the cache or the provider, and count where from."""
        response = super().send(request, **options)
        usage = self._politeness.usage
        if isinstance(response, CachedResponse):
            usage.cache_hits += 1
            usage.not_modified += response.revalidated
        return response

    def close(self) -> None:
        """Let go of connections and files."""
        super().close()
        self._politeness.close()

    def _send_and_cache(
        self,
        request: requests.PreparedRequest,
        actions: Any,
        cached_response: CachedResponse | None = None,
        **options: Any,
    ) -> Any:
        response = super()._send_and_cache(request, actions, cached_response, **options)
        if isinstance(response, CachedResponse) and response.revalidated:
            response.created_at = datetime.now(UTC)  # the provider has just said so
            self.cache.responses[actions.cache_key] = response
        elif isinstance(self.cache, SQLiteCache):
            _keep_newest(self.cache)
        return response

    def _handle_error(self, cached_response: CachedResponse, actions: Any) -> Any:
        error = sys.exception()
        if not isinstance(error, OUTAGES):
            raise
        stand_in = super()._handle_error(cached_response, actions)
        usage = self._politeness.usage
        usage.outage = usage.outage or as_outage(error)
        return stand_in


def as_outage(error: BaseException) -> PlantError:
    """A failure to get an answer as the plant's error, without its text: a URL in it may hold a key."""
    if isinstance(error, PlantError):
        return error
    if isinstance(error, requests.Timeout):
        what = "did not answer in time"
    elif isinstance(error, requests.ConnectionError):
        what = "cannot be reached, or hung up"
    else:
        what = "cut or garbled its answer"
    return SourceUnavailable(
        cause=f"The provider {what} ({type(error).__name__}).",
        remedy="Wait and run the task again; it goes on from the cached pages.",
    )


def open_session(
    declaration: SourceDeclaration,
    secret_parameters: Sequence[str],
    options: SessionOptions,
    has_key: bool = True,
    hosts: frozenset[str] = frozenset(),
) -> ProviderSession:
    """A session that keeps the source's quota, budget, freshness and secrets.

    ``secret_parameters``: headers and parameters that are left out of cache keys and cached requests.
    ``has_key``: whether the limits are those of a key. ``hosts``: those that the connection names.
    """
    fresh = timedelta(hours=declaration.fresh_hours)
    time_to_live = timedelta(hours=declaration.time_to_live_hours)
    folder, source = options.cache_folder, declaration.source
    cache: BaseCache = BaseCache()
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{source}.sqlite"
        cache = SQLiteCache(path, serializer="json", wal=True, busy_timeout=BUSY_MILLISECONDS)
    session = ProviderSession(
        backend=cache,
        expire_after=fresh,
        stale_if_error=max(0, int((time_to_live - fresh).total_seconds())),
        allowable_methods=("GET", "POST"),
        allowable_codes=KEPT_STATUSES,
        ignored_parameters=[*secret_parameters, "Authorization"],
    )
    if isinstance(session.cache, SQLiteCache):
        _drop_expired(session.cache, time_to_live - fresh)
    quota = declaration.quota.held(has_key)
    politeness = Politeness(
        quota,
        QuotaLimiter(quota.pool or source, quota, folder, options.quota_wait_seconds),
        Circuit(source, folder),
        options.charge,
        options.usage,
    )
    reach = Reach(options.reaches_this_machine, private_hosts=hosts)
    session.polite(politeness, options, options.limits.of(source), reach)
    return session


def _drop_expired(cache: SQLiteCache, grace: timedelta) -> None:
    """Remove answers that expired longer ago than ``grace``; the library's own way reads each of them."""
    table = cache.responses.table_name
    with cache.responses.connection(commit=True) as connection:
        connection.execute(f"delete from {table} where expires <= ?", [time() - grace.total_seconds()])


def _keep_newest(cache: SQLiteCache) -> None:
    """Remove the oldest answers beyond :data:`CACHE_ENTRIES`."""
    table = cache.responses.table_name
    with cache.responses.connection(commit=True) as connection:
        connection.execute(
            f"delete from {table} where key in "
            f"(select key from {table} order by expires desc limit -1 offset {CACHE_ENTRIES})"
        )
