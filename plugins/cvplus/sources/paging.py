"""Walks through the pages of one resource: from the first page to the last, in slices or halves, guarded."""

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any

import requests
from dlt.common import jsonpath
from dlt.sources.helpers.rest_client.client import PageData
from dlt.sources.helpers.rest_client.exceptions import IgnoreResponseException
from dlt.sources.rest_api.config_setup import create_paginator

from cvplus.errors import AccessRefused, MalformedAnswer, PlantError, SourceUnavailable
from cvplus.lake.manifest import Window
from cvplus.sources import paginators  # noqa: F401  (registers what dlt has no class for)
from cvplus.sources.answers import LOOK_AT_ANSWER, RUN_AGAIN, json_of
from cvplus.sources.asks import Facts
from cvplus.sources.endpoint import Endpoint, Slices
from cvplus.sources.extraction import Extraction
from cvplus.sources.guards import LoopGuard, check_end, check_total, is_all_older
from cvplus.sources.oddities import imported
from cvplus.sources.paths import compiled
from cvplus.sources.placeholders import fill, window_facts
from cvplus.sources.reading import DeclaredClient, KeptTicketLost, read_answer
from cvplus.sources.session import UNAVAILABLE, ProviderSession, as_outage

# Our own header of an answer that says that there is nothing: it goes into the cache with the answer.
NOTHING = "X-Nothing"
# A window that is not divided any more: no provider filters by less than a second.
SHORTEST_WINDOW = timedelta(seconds=2)
_COUNT = re.compile(r"[0-9]{1,15}")


@dataclass
class Walks:
    """The walks over one resource.

    ``params``: sent with every request. ``check``: is given every answer that comes from the network.
    """

    rest: DeclaredClient
    session: ProviderSession
    endpoint: Endpoint
    paginator: dict[str, Any]
    page_limit: int
    overlap_hours: float
    params: dict[str, str]
    check: Callable[[requests.Response], None]
    extraction: Extraction
    cache_keys: list[str] = field(default_factory=list)

    def all(self, facts: Facts, window: Window) -> Iterator[list[Any]]:
        """The pages of the whole result for what ``facts`` stand for, in a window and its overlap."""
        overlap = timedelta(hours=self.overlap_hours)
        yield from self._within(facts, Window(start=window.start - overlap, end=window.end))

    def _within(self, facts: Facts, window: Window) -> Iterator[list[Any]]:
        one = _One(self, {**window_facts(window), **facts}, window)
        halve_at, slices = self.endpoint.halve_at, self.endpoint.slices
        walk = one.pages({})
        for page in walk:
            total = self.total(page.response)
            if halve_at is not None and total is not None and total >= halve_at:
                walk.close()
                yield from self._halves(facts, window, total)
                return
            if slices is not None and total is not None and total >= slices.at_total:
                walk.close()
                yield from self._sliced(one, slices, total)
                return
            yield list(page)

    def forget_pages(self) -> None:
        """Take the pages read so far out of the cache, so that the next try asks for them again."""
        self.session.cache.delete(*self.cache_keys)

    def _halves(self, facts: Facts, window: Window, total: int) -> Iterator[list[Any]]:
        """The pages of both halves of a window; a record on the border comes twice, which the load finds."""
        if window.end - window.start < SHORTEST_WINDOW:
            self.extraction.gaps.append(f"{window.start:%Y-%m-%dT%H:%M:%SZ} alone holds {total} records")
            return
        middle = window.start + timedelta(seconds=(window.end - window.start).total_seconds() // 2)
        halves = [Window(start=window.start, end=middle), Window(start=middle, end=window.end)]
        if min(self._total_in(facts, half) for half in halves) >= total:
            raise MalformedAnswer(
                cause=f"Each half of the window holds {total} records, as the whole: the filter is ignored.",
                remedy=LOOK_AT_ANSWER,
            )
        for half in halves:
            yield from self._within(facts, half)

    def _total_in(self, facts: Facts, window: Window) -> int:
        """The total of a window; its first page waits in the cache for the walk that follows."""
        one = _One(self, {**window_facts(window), **facts}, window)
        with closing(one.pages({})) as walk:
            return next((self.total(page.response) or 0 for page in walk), 0)

    def _sliced(self, one: "_One", slices: Slices, total: int) -> Iterator[list[Any]]:
        """The pages of every slice; a record in two slices comes twice, which the load finds."""
        values = slices.values if isinstance(slices.values, list) else imported(slices.values)
        records = 0
        for value in values:
            capped = False
            for page in one.pages({slices.param: value}):
                capped = capped or (self.total(page.response) or 0) >= slices.at_total
                records += len(page)
                yield list(page)
            if capped:
                self.extraction.gaps.append(f"{slices.param}={value} reaches the cap of {slices.at_total}")
        if records < total:
            self.extraction.gaps.append(f"the slices hold {records} of {total} records")

    def total(self, response: requests.Response) -> int | None:
        """The provider's own count of the whole result."""
        if self.endpoint.total_selector is None:
            return None
        found = jsonpath.find_values(compiled(self.endpoint.total_selector), json_of(response))
        return int(found[0]) if found and _COUNT.fullmatch(str(found[0])) else None

    def is_incomplete(self, response: requests.Response) -> bool:
        """Whether the provider itself says that its answer is not whole."""
        selector = self.endpoint.incomplete_selector
        return selector is not None and True in jsonpath.find_values(compiled(selector), json_of(response))

    def on_answer(self, response: requests.Response, *_: Any, **__: Any) -> None:
        """Judge an answer before it is kept; the cache then shows it, or what it has instead, once more.

        Raises:
            IgnoreResponseException: it says that there is nothing, which is kept like any other answer.
        """
        if hasattr(response, "from_cache"):
            if NOTHING in response.headers:
                self.account_for(response)
                raise IgnoreResponseException
        elif response.status_code != 304:
            try:
                self.check(response)
                if self.rest.read is not None:
                    read_answer(self.rest.read, response)
            except IgnoreResponseException:
                response.headers[NOTHING] = "true"

    def account_for(self, response: Any) -> None:
        """Note where an answer came from and when it was fetched."""
        extraction = self.extraction
        self.cache_keys.append(response.cache_key)
        extraction.cache_hits += response.from_cache
        if response.from_cache and response.is_expired and not response.revalidated:
            extraction.stale_pages += 1
        fetched_at = response.created_at.astimezone(UTC)
        extraction.fetched_at = max(extraction.fetched_at or fetched_at, fetched_at)
        extraction.api_calls = self.session.calls


@dataclass
class _One:
    """Walks whose placeholders stand for the same."""

    walks: Walks
    facts: Facts
    window: Window

    def pages(self, more_params: dict[str, Any]) -> Generator[PageData[Any]]:
        """One walk from the first page to the last, guarded."""
        walks, endpoint = self.walks, self.walks.endpoint
        guard = LoopGuard(walks.rest.base_url)
        total: int | None = None
        records = number = 0
        is_last_empty = False
        for number, page in enumerate(self._asked_for(more_params), 1):
            records += len(page)
            is_last_empty = not page
            walks.account_for(page.response)
            guard.answer(page)
            if total is None:
                total = walks.total(page.response)
            if walks.is_incomplete(page.response):
                walks.extraction.gaps.append(f"the provider says that page {number} is not whole")
            yield page
            if endpoint.newest_first is not None and is_all_older(
                page, endpoint.newest_first, self.window.start
            ):
                return
            if page.paginator.has_next_page:
                guard.ask(page.request)
                if number >= walks.page_limit:
                    walks.extraction.gaps.append(f"it stopped at the page limit of {walks.page_limit}")
                    return
        if total is not None and endpoint.slices is not None:
            total = min(total, endpoint.slices.at_total)  # the provider gives no more
        odd_end = check_end(walks.paginator, number, is_last_empty) if total is None else None
        walks.extraction.gaps += filter(None, [check_total(records, total), odd_end])

    def _asked_for(self, more_params: dict[str, Any]) -> Iterator[PageData[Any]]:
        """dlt's own walk; it begins again, once, when a ticket that it kept is worth nothing any more."""
        has_begun = False
        try:
            for page in self._walked(more_params):
                has_begun = True
                yield page
        except KeptTicketLost:
            if has_begun:
                raise
            yield from self._walked(more_params)

    def _walked(self, more_params: dict[str, Any]) -> Iterator[PageData[Any]]:
        """dlt's own walk, with the libraries' errors told as the plant's."""
        rest, endpoint = self.walks.rest, self.walks.endpoint
        pages = rest.paginate(
            path=fill(endpoint.path, {"page": "{page}", **self.facts}),
            method=endpoint.method,
            params={**self.walks.params, **fill(endpoint.params, self.facts), **more_params},
            json=fill(endpoint.body, self.facts),
            paginator=create_paginator(self.walks.paginator),  # type: ignore[arg-type]
            data_selector=compiled(endpoint.data_selector),
            hooks={"response": [self.walks.on_answer]},
            timeout=rest.timeout,
            allow_redirects=False,
        )
        while True:
            try:
                page = next(pages, None)
            except requests.HTTPError as error:
                raise _token_refused(error) from None
            except UNAVAILABLE as error:
                raise as_outage(error) from None  # its text may hold a URL with a key in it
            except (ValueError, TypeError, AttributeError, RecursionError) as error:
                raise MalformedAnswer(
                    cause=f"The answer does not say how the pages go on: {str(error)[:160]}.",
                    remedy=LOOK_AT_ANSWER,
                ) from None
            if page is None:
                return
            yield page


def _token_refused(error: requests.HTTPError) -> PlantError:
    """A failure of the token's address; everything else is judged by what it answers."""
    status = error.response.status_code
    if status in (400, 401, 403):
        return AccessRefused(
            cause=f"The provider gave no token for the key (HTTP {status}).",
            remedy="Check login and password of the source's Airflow connection.",
        )
    return SourceUnavailable(cause=f"The provider's token address failed (HTTP {status}).", remedy=RUN_AGAIN)
