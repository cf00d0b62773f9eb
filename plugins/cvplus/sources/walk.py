"""The one client: walks any declared API with dlt's ``RESTClient``, guarded."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import requests
from dlt.common import jsonpath
from dlt.common.configuration.specs.runtime_configuration import RuntimeConfiguration
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.client import PageData
from dlt.sources.rest_api.config_setup import create_auth, create_paginator

from cvplus.errors import MalformedAnswer, PlantError, QuotaExhausted, SourceUnavailable, Where
from cvplus.lake.manifest import Window
from cvplus.sources.answers import LOOK_AT_ANSWER, RUN_AGAIN, check_answer
from cvplus.sources.credentials import Credentials, filled_auth, filled_headers, secret_parameters
from cvplus.sources.declaration import Client, Endpoint, ProviderResource, Slices, SourceDeclaration
from cvplus.sources.extraction import Extraction
from cvplus.sources.guards import LoopGuard, check_end, check_total, is_all_older
from cvplus.sources.oddities import imported
from cvplus.sources.placeholders import fill, window_facts
from cvplus.sources.secrecy import masked_logs
from cvplus.sources.session import UNAVAILABLE, ProviderSession, SessionOptions, is_own_limit, open_session


def read_api(
    declaration: SourceDeclaration,
    client: Client,
    resource: ProviderResource,
    window: Window,
    credentials: Credentials,
    options: SessionOptions,
    extraction: Extraction,
) -> Generator[list[Any]]:
    """Pages of a resource of an HTTP API; ``extraction`` is filled in as they come.

    Raises:
        PlantError: see :func:`cvplus.sources.extract.extract`.
    """
    secrets = list(credentials.facts().values())
    where = Where(declaration.source, resource.name)
    facts = window_facts(window, resource.overlap_hours)
    endpoint = resource.endpoint
    auth = filled_auth(client, credentials)
    limit_without_key = endpoint.page_limit_without_key if auth is None else None
    with (
        masked_logs(secrets),
        closing(open_session(declaration, secret_parameters(client), options)) as session,
    ):
        walks = _Walks(
            rest=RESTClient(
                base_url=credentials.base_url or client.base_url,
                headers=filled_headers(client, credentials),
                auth=create_auth(auth) if auth else None,  # type: ignore[arg-type]
                session=session,
                config=RuntimeConfiguration(),
            ),
            session=session,
            endpoint=endpoint,
            paginator=endpoint.paginator or client.paginator,
            page_limit=limit_without_key or endpoint.page_limit,
            oldest=window.start - timedelta(hours=resource.overlap_hours),
            body=fill(endpoint.body, facts),
            check=partial(
                check_answer,
                data_selector=endpoint.data_selector,
                where=where,
                secrets=secrets,
                oddity=imported(declaration.answer_check) if declaration.answer_check else None,
            ),
            timeout=(options.connect_seconds, options.read_seconds),
            extraction=extraction,
        )
        try:
            yield from walks.all(fill(endpoint.params, facts))
        except PlantError as error:
            if error.where == Where():
                error.where = where
            if isinstance(error, MalformedAnswer):
                walks.forget_pages()
            if not (isinstance(error, QuotaExhausted) and extraction.records):
                raise
            extraction.gaps.append(f"it ended early: {error.cause}")
        finally:
            extraction.api_calls = session.calls


@dataclass
class _Walks:
    """The walks over one resource: one, or one for each slice of a result that the provider caps.

    ``oldest``: start of the window less the overlap.
    ``check``: is given every answer that comes from the network.
    """

    rest: RESTClient
    session: ProviderSession
    endpoint: Endpoint
    paginator: dict[str, Any]
    page_limit: int
    oldest: datetime
    body: dict[str, Any] | None
    check: Callable[[requests.Response], None]
    timeout: tuple[float, float]
    extraction: Extraction
    cache_keys: list[str] = field(default_factory=list)

    def all(self, params: dict[str, Any]) -> Iterator[list[Any]]:
        """The pages of the whole result."""
        slices = self.endpoint.slices
        walk = self._walk(params)
        for page in walk:
            total = self._total(page.response)
            if slices is not None and total is not None and total >= slices.at_total:
                walk.close()
                yield from self._sliced(params, slices, total)
                return
            yield list(page)

    def forget_pages(self) -> None:
        """Take the pages read so far out of the cache, so that the next try asks for them again."""
        self.session.cache.delete(*self.cache_keys)

    def _sliced(self, params: dict[str, Any], slices: Slices, total: int) -> Iterator[list[Any]]:
        """The pages of every slice; a record in two slices comes twice, which the load finds."""
        values = slices.values if isinstance(slices.values, list) else imported(slices.values)
        records = 0
        for value in values:
            capped = False
            for page in self._walk({**params, slices.param: value}):
                capped = capped or (self._total(page.response) or 0) >= slices.at_total
                records += len(page)
                yield list(page)
            if capped:
                self.extraction.gaps.append(f"{slices.param}={value} reaches the cap of {slices.at_total}")
        if records < total:
            self.extraction.gaps.append(f"the slices hold {records} of {total} records")

    def _walk(self, params: dict[str, Any]) -> Generator[PageData[Any]]:
        """One walk from the first page to the last, guarded."""
        guard = LoopGuard(self.rest.base_url)
        total: int | None = None
        records = number = 0
        is_last_empty = False
        for number, page in enumerate(self._asked_for(dict(params)), 1):
            records += len(page)
            is_last_empty = not page
            guard.answer(page)
            if total is None:
                total = self._total(page.response)
            self._account_for(page.response)
            yield page
            newest_first = self.endpoint.newest_first
            if newest_first is not None and is_all_older(page, newest_first, self.oldest):
                return
            if page.paginator.has_next_page:
                guard.ask(page.request)
                if number >= self.page_limit:
                    self.extraction.gaps.append(f"it stopped at the page limit of {self.page_limit}")
                    return
        if total is not None and self.endpoint.slices is not None:
            total = min(total, self.endpoint.slices.at_total)  # the provider gives no more
        odd_end = check_end(self.paginator, number, is_last_empty) if total is None else None
        self.extraction.gaps += filter(None, [check_total(records, total), odd_end])

    def _asked_for(self, params: dict[str, Any]) -> Iterator[PageData[Any]]:
        """dlt's own walk, with the libraries' errors told as the plant's."""
        pages = self.rest.paginate(
            path=self.endpoint.path,
            method=self.endpoint.method,
            params=params,
            json=self.body,
            paginator=create_paginator(self.paginator),  # type: ignore[arg-type]
            data_selector=self.endpoint.data_selector,
            hooks={"response": [self._on_answer]},
            timeout=self.timeout,
            allow_redirects=False,
        )
        while True:
            try:
                page = next(pages, None)
            except UNAVAILABLE as error:
                if isinstance(error, PlantError):
                    raise
                raise _told(error) from None  # its text may hold a URL with a key in it
            except ValueError as error:
                raise MalformedAnswer(
                    cause=f"The answer does not say how the pages go on: {str(error)[:160]}.",
                    remedy=LOOK_AT_ANSWER,
                ) from None
            if page is None:
                return
            yield page

    def _on_answer(self, response: requests.Response, *_: Any, **__: Any) -> None:
        if not hasattr(response, "from_cache"):  # the cache shows every answer a second time
            self.check(response)

    def _account_for(self, response: Any) -> None:
        """Note where a page came from and when it was fetched."""
        extraction = self.extraction
        self.cache_keys.append(response.cache_key)
        extraction.cache_hits += response.from_cache
        if response.from_cache and response.is_expired:
            extraction.is_stale = True
        fetched_at = response.created_at.astimezone(UTC)
        extraction.fetched_at = max(extraction.fetched_at or fetched_at, fetched_at)
        extraction.api_calls = self.session.calls

    def _total(self, response: requests.Response) -> int | None:
        if self.endpoint.total_selector is None:
            return None
        found = jsonpath.find_values(self.endpoint.total_selector, response.json())
        return int(found[0]) if found and str(found[0]).isdigit() else None


def _told(error: requests.RequestException) -> PlantError:
    """A failure below HTTP as the plant's error."""
    if is_own_limit(error):
        return QuotaExhausted(
            cause="Our own limiter holds the request back: the declared quota is spent.",
            remedy="Run the window again later, or correct the quota in the declaration.",
        )
    if isinstance(error, requests.Timeout):
        what = "did not answer in time"
    elif isinstance(error, requests.ConnectionError):
        what = "cannot be reached, or hung up"
    else:
        what = "cut or garbled its answer"
    return SourceUnavailable(cause=f"The provider {what} ({type(error).__name__}).", remedy=RUN_AGAIN)
