"""Reading one window of one resource: pages of records as they came, and the account of getting them."""

import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cvplus.lake.manifest import Window
from cvplus.sources.cleaning import cleaned
from cvplus.sources.credentials import Credentials, require_configured
from cvplus.sources.declaration import PackageClient, ProviderResource, SourceDeclaration
from cvplus.sources.extraction import Extraction
from cvplus.sources.oddities import imported
from cvplus.sources.placeholders import fetch_facts, fill, window_facts
from cvplus.sources.session import SessionOptions

PIECE_RECORDS = 1_000


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
    resource = declaration.resource(resource_name)
    require_configured(declaration, resource, credentials)
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
    """The pages in pieces, each record with the fields that are declared to be added, without those dropped.

    Counts the records. A page of a million small records would take a hundred times its bytes if it were
    made over whole.
    """
    is_changed = bool(resource.add_fields or resource.drop_fields or resource.mask_fields)
    moment = window_facts(window)
    with closing(pages):
        for page in pages:
            extraction.records += len(page)
            fetched = fetch_facts(extraction.fetched_at or datetime.now(UTC))
            added = fill(resource.add_fields, {**moment, **fetched, **extraction.walk_facts})
            for start in range(0, len(page), PIECE_RECORDS) or [0]:
                piece = page[start : start + PIECE_RECORDS]
                if is_changed:
                    piece = [
                        cleaned(item, resource, added) if isinstance(item, dict) else item for item in piece
                    ]
                yield piece
