"""Landing a window of a provider's resource: extract, and write what comes to the lake."""

from collections.abc import Iterator
from typing import Any

from cvplus.lake.lines import shown_line
from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.store import BatchFacts, Item, Lake, RejectedRecord
from cvplus.settings import SIMULATED, data_origin, load_settings
from cvplus.sources.credentials import Credentials
from cvplus.sources.declaration import SourceDeclaration
from cvplus.sources.extract import extract
from cvplus.sources.extraction import Extraction
from cvplus.sources.limits import load_limits
from cvplus.sources.session import SessionOptions


def land_resource(
    declaration: SourceDeclaration,
    resource_name: str,
    window: Window,
    credentials: Credentials,
    lake: Lake,
    run_key: str,
    options: SessionOptions | None = None,
) -> Manifest:
    """Land one window of one resource as one batch and return its manifest.

    A batch that this run has landed already is returned as it is; the provider is not asked. A record
    without its key lands like any other and is refused by the load; what is no JSON object is
    rejected here.

    Args:
        options: how the client behaves; by default patiently, with its cache under ``CVPLUS_HOME``.

    Raises:
        PlantError: as :func:`cvplus.sources.extract.extract` and the lake say; nothing is landed then.
    """
    identity = BatchIdentity(
        source=declaration.source, resource=resource_name, window=window, run_key=run_key
    )
    landed = lake.find_manifest(identity)
    if landed is not None:
        return landed
    options = options or patient_options()
    extraction = extract(declaration, resource_name, window, credentials, options=options)
    return lake.write_batch(
        identity,
        _items(extraction.pages),
        known_at_rule=declaration.resource(resource_name).known_at_rule,
        facts=lambda: _facts(extraction),
    )


def patient_options(**changes: Any) -> SessionOptions:
    """How the plant's own client behaves; on this machine it calls nobody but the sandbox."""
    return SessionOptions(
        cache_folder=load_settings().home / "cache",
        limits=load_limits(),
        reaches_this_machine=data_origin() == SIMULATED,
        **changes,
    )


def _items(pages: Iterator[list[Any]]) -> Iterator[list[Item]]:
    for page in pages:
        yield [item if isinstance(item, dict | RejectedRecord) else _no_object(item) for item in page]


def _no_object(item: Any) -> RejectedRecord:
    return RejectedRecord(
        reason_code="not_an_object",
        reason=f"The provider's list of records holds a {type(item).__name__} where an object belongs.",
        record=shown_line(item),
    )


def _facts(extraction: Extraction) -> BatchFacts:
    return BatchFacts(
        is_stale=extraction.is_stale,
        is_partial=extraction.is_partial,
        note=extraction.note,
        api_calls=extraction.api_calls,
        cache_hits=extraction.cache_hits,
        fetched_at=extraction.fetched_at,
        parts=extraction.parts,
    )
