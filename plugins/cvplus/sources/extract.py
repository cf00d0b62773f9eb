"""Reading one window of one resource: pages of records as they came, and the account of getting them."""

import importlib
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cvplus.lake.manifest import Window
from cvplus.sources.credentials import Credentials, require_configured
from cvplus.sources.declaration import PackageClient, ProviderResource, SourceDeclaration
from cvplus.sources.placeholders import fetch_facts, fill, window_facts
from cvplus.sources.session import SessionOptions


@dataclass
class Extraction:
    """Pages to be read once, and what is known of them; the account is complete after the last page.

    ``api_calls``: requests that left, retries included. ``cache_hits``: pages taken from the cache.
    ``fetched_at``: when the newest page was fetched from the provider.
    """

    pages: Iterator[list[Any]] = field(default_factory=lambda: iter(()))
    api_calls: int = 0
    cache_hits: int = 0
    records: int = 0
    is_stale: bool = False
    fetched_at: datetime | None = None
    gaps: list[str] = field(default_factory=list)

    @property
    def is_partial(self) -> bool:
        """Whether something of the window is known to be missing."""
        return bool(self.gaps)

    @property
    def note(self) -> str | None:
        """What a person should know of the batch."""
        return "; ".join(self.gaps) or None


def extract(
    declaration: SourceDeclaration,
    resource_name: str,
    window: Window,
    credentials: Credentials,
    *,
    options: SessionOptions | None = None,
) -> Extraction:
    """Begin to read a window of a resource; nothing is asked for until the first page is.

    Raises:
        SourceNotConfigured: the connection lacks what the source needs.
        PlantError: from the pages, as :mod:`cvplus.sources.answers` and :mod:`cvplus.sources.guards` say.
            A quota that is spent after the first page ends the pages early instead: the batch is
            partial.
    """
    require_configured(declaration, credentials)
    resource = declaration.resource(resource_name)
    options = options or SessionOptions()
    extraction = Extraction()
    client = declaration.client
    if isinstance(client, PackageClient):
        pages = _read_package(client.reader, resource, options, extraction)
    else:
        from cvplus.sources.walk import read_api  # dlt takes half a second to import

        pages = read_api(declaration, client, resource, window, credentials, options, extraction)
    extraction.pages = _completed(pages, resource, window, extraction)
    return extraction


def imported(dotted: str) -> Any:
    """What a declaration names by a dotted path."""
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _read_package(
    reader: str, resource: ProviderResource, options: SessionOptions, extraction: Extraction
) -> Generator[list[Any]]:
    extraction.fetched_at = datetime.now(UTC)
    if options.cache_folder is not None:
        options.cache_folder.mkdir(parents=True, exist_ok=True)
        yield from imported(reader)(resource.endpoint.params, options.cache_folder)
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield from imported(reader)(resource.endpoint.params, Path(folder))


def _completed(
    pages: Generator[list[Any]], resource: ProviderResource, window: Window, extraction: Extraction
) -> Iterator[list[Any]]:
    """The pages with the declared fields added to each record; counts the records."""
    added: dict[str, str] | None = None
    with closing(pages):
        for page in pages:
            extraction.records += len(page)
            if resource.add_fields:
                if added is None:
                    fetched = fetch_facts(extraction.fetched_at or datetime.now(UTC))
                    added = fill(resource.add_fields, {**window_facts(window), **fetched})
                page = [{**added, **item} if isinstance(item, dict) else item for item in page]
            yield page
