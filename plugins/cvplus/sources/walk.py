"""The one client: walks any declared API with dlt's ``RESTClient``, guarded."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Any

from dlt.common.configuration.specs.runtime_configuration import RuntimeConfiguration
from dlt.sources.rest_api.config_setup import create_auth

from cvplus.errors import (
    AccessRefused,
    ConfigurationError,
    MalformedAnswer,
    PlantError,
    QuotaExhausted,
    SourceUnavailable,
    Where,
)
from cvplus.lake.manifest import PartState, Window
from cvplus.sources.addresses import check_connection
from cvplus.sources.answers import check_answer
from cvplus.sources.asks import Facts, asks
from cvplus.sources.credentials import Credentials, filled_auth, filled_with, secret_parameters
from cvplus.sources.declaration import Client, ProviderResource, SourceDeclaration
from cvplus.sources.extraction import Extraction
from cvplus.sources.oddities import imported
from cvplus.sources.paging import Walks
from cvplus.sources.placeholders import fill, names_in
from cvplus.sources.progress import Progress, ask_name, in_turn
from cvplus.sources.reading import DeclaredClient, ReportMissing, reader_of
from cvplus.sources.secrecy import masked_logs
from cvplus.sources.session import ProviderSession, SessionOptions, open_session
from cvplus.sources.tokens import RenewedToken

# So many walks in a row that the provider fails, and not a board of it, end the reading.
FAILURES_IN_A_ROW = 3
# What is wrong with one walk (a board that has gone, a question that is refused) need not be with the next.
ONE_WALK = (ConfigurationError, MalformedAnswer, SourceUnavailable)
ASKS_TOLD = 5


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
    secret = secret_parameters(client, declaration.resources)
    hosts = check_connection(declaration.source, credentials.base_url, credentials.extra.get("hosts", {}))
    with (
        masked_logs(list(credentials.facts().values())),
        closing(open_session(declaration, secret, options, bool(credentials.password), hosts)) as session,
    ):
        api = _Api(declaration, client, resource, credentials, options, session, window, extraction)
        try:
            yield from api.pages(resource)
        finally:
            extraction.api_calls = session.calls


@dataclass
class _Api:
    """A provider with an open session, from which ``resource`` is read."""

    declaration: SourceDeclaration
    client: Client
    resource: ProviderResource
    credentials: Credentials
    options: SessionOptions
    session: ProviderSession
    window: Window
    extraction: Extraction

    def pages(self, resource: ProviderResource) -> Iterator[list[Any]]:
        """The pages of every walk; a walk that fails among others that do not is a gap of the batch."""
        walks = self._walks(resource)
        # A parent's walks are read again for each resource that needs them; their progress is its own.
        progress = self.options.progress if resource is self.resource else Progress()
        rest = in_turn(partial(self._asks, resource), progress.begin_at)
        failed_in_a_row = given = 0
        error: PlantError | None = None
        for facts in rest:
            self.extraction.walk_facts = facts
            try:
                yield from self._guarded(walks, resource, facts)
            except (*ONE_WALK, AccessRefused) as failure:
                error = error or failure
                if not facts or (isinstance(failure, AccessRefused) and self.is_keyed):
                    raise
                progress.note(facts, failure)
                failed_in_a_row = failed_in_a_row + 1 if _is_the_providers(failure) else 0
                self.extraction.gaps.append(f"{_named(facts)}: {failure.cause}")
                if failed_in_a_row >= FAILURES_IN_A_ROW:
                    why = f"it ended early after {failed_in_a_row} failures in a row"
                    self._stop(resource, progress, rest, why)
                    if not given:
                        raise
                    return
            except QuotaExhausted as failure:
                if not self.extraction.records:
                    raise
                self._stop(resource, progress, chain([facts], rest), f"it ended early: {failure.cause}")
                return
            else:
                progress.note(facts, None)
                failed_in_a_row = 0
                given += 1
        if error is not None and not given:
            raise error

    @property
    def is_keyed(self) -> bool:
        """Whether a refusal can be of our key; without one it is of what was asked for, or of who asks."""
        client, endpoint = self.client, self.resource.endpoint
        sent = [client.auth, client.headers, client.params, endpoint.headers, endpoint.path, endpoint.body]
        return not self.credentials.facts().keys().isdisjoint(names_in(sent))

    def _asks(self, resource: ProviderResource) -> Iterator[Facts]:
        lists = {name: self.credentials.list_of(self.declaration, name) for name in self.declaration.lists}
        return asks(resource.endpoint, lists, self._parent_records)

    def _stop(self, resource: ProviderResource, progress: Progress, rest: Iterator[Facts], why: str) -> None:
        """Say first of all that the walks ended early, and before what; parents are not read on for it."""
        # A resource that is read once has one ask, which has no name.
        asks_left = [
            facts for facts in (rest if resource.endpoint.parent is None else islice(rest, 1)) if facts
        ]
        left = [_named(facts) for facts in asks_left]
        progress.stopped_before = ask_name(asks_left[0]) if asks_left else None
        more = f" and {len(left) - ASKS_TOLD} more" if len(left) > ASKS_TOLD else ""
        if left and resource.endpoint.parent is not None:
            more = " and what comes after it"
        not_asked = f"; not asked: {', '.join(left[:ASKS_TOLD])}{more}" if left else ""
        self.extraction.gaps.insert(0, f"{why}{not_asked}")

    def _guarded(self, walks: Walks, resource: ProviderResource, facts: Facts) -> Iterator[list[Any]]:
        """One walk; its errors say where they are from, and its part of a snapshot how it was read."""
        extraction = self.extraction
        gaps, stale_pages = len(extraction.gaps), extraction.stale_pages
        is_whole = False
        try:
            yield from walks.all({**self.credentials.facts(), **facts}, self.window)
            is_whole = len(extraction.gaps) == gaps
        except PlantError as error:
            if error.where == Where():
                error.where = Where(self.declaration.source, resource.name)
            if isinstance(error, MalformedAnswer) and resource.endpoint.poll is None:
                walks.forget_pages()
            raise
        finally:
            if resource is self.resource and resource.part:
                is_stale = extraction.stale_pages > stale_pages
                state: PartState = "stale" if is_stale else "whole" if is_whole else "partial"
                named = fill({path: resource.add_fields[path] for path in resource.part}, facts)
                extraction.note_part("|".join(map(str, named.values())), state)

    def _parent_records(self, name: str) -> Iterable[dict[str, Any]]:
        """The records of another resource of the source, mostly from the cache; not counted again."""
        for page in self.pages(self.declaration.resource(name)):
            yield from (record for record in page if isinstance(record, dict))

    def _walks(self, resource: ProviderResource) -> Walks:
        client, credentials, endpoint = self.client, self.credentials, resource.endpoint
        auth = filled_auth(client, credentials)
        base_url = credentials.base_url or credentials.address(client.base_url)
        if endpoint.base_url is not None:
            base_url = credentials.address(endpoint.base_url)
        rest = DeclaredClient(
            base_url=base_url,
            headers=filled_with({**client.headers, **endpoint.headers}, credentials),
            auth=self._auth(auth) if auth else None,
            session=self.session,
            config=RuntimeConfiguration(),
        )
        rest.read, rest.poll = reader_of(endpoint), endpoint.poll
        rest.timeout = (self.options.connect_seconds, self.options.read_seconds)
        check = partial(
            check_answer,
            data_selector=None if rest.read else endpoint.data_selector,
            where=Where(self.declaration.source, resource.name),
            secrets=list(credentials.facts().values()),
            oddity=imported(self.declaration.answer_check) if self.declaration.answer_check else None,
            quota=self.declaration.quota,
        )
        rest.check_report = partial(check, data_selector=None)
        return Walks(
            rest=rest,
            session=self.session,
            endpoint=endpoint,
            paginator=endpoint.paginator or client.paginator,
            page_limit=(endpoint.page_limit_without_key if auth is None else None) or endpoint.page_limit,
            overlap_hours=resource.overlap_hours,
            params=filled_with(client.params, credentials),
            check=check,
            extraction=self.extraction,
        )

    def _auth(self, auth: dict[str, Any]) -> Any:
        """dlt's authentication, or one of our own that the declaration names; tokens come by our session."""
        if "." in auth["type"]:
            made = imported(auth["type"])(**{name: value for name, value in auth.items() if name != "type"})
        else:
            made = create_auth(auth)  # type: ignore[arg-type]
        return RenewedToken(made, self.session) if hasattr(made, "obtain_token") else made


def _is_the_providers(failure: PlantError) -> bool:
    """Whether a failure tells of the provider, and not of what it was asked for."""
    return isinstance(failure, SourceUnavailable | AccessRefused) and not isinstance(failure, ReportMissing)


def _named(facts: Facts) -> str:
    return ", ".join(f"{name}={str(value)[:60]}" for name, value in facts.items())
