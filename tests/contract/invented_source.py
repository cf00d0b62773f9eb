"""An invented source, declared piece by piece: what a test of one word of a declaration starts from."""

from dataclasses import replace
from typing import Any

from replaying import WINDOW

from cvplus.sources.credentials import Credentials
from cvplus.sources.declaration import SourceDeclaration
from cvplus.sources.extract import extract
from cvplus.sources.extraction import Extraction
from cvplus.sources.progress import Progress
from cvplus.sources.session import SessionOptions

API = "https://api.invented.example/v1"
OPTIONS = SessionOptions(retries=0, backoff_seconds=0.0)


def declared(
    endpoint: dict[str, Any],
    *,
    resource: dict[str, Any] | None = None,
    client: dict[str, Any] | None = None,
    parent: dict[str, Any] | None = None,
    **source: Any,
) -> SourceDeclaration:
    """An invented source with the resource ``things`` and, if asked, the resource ``groups`` before it."""

    def described(name: str, endpoint: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "name": name,
            "key": ["id"],
            "known_at": {"rule": "observed"},
            "maps_to": "skill",
            "gives": "One record a thing.",
            "sample": {"id": 1},
            "endpoint": endpoint,
            **more,
        }

    resources = [described("things", endpoint, **(resource or {}))]
    if parent is not None:
        resources.insert(0, described("groups", parent))
    return SourceDeclaration.model_validate(
        {
            "source": "invented",
            "title": "An invented provider",
            "domain": "skills",
            "access": "Open to all.",
            "limits": "There are none.",
            "retention": "Kept for ever.",
            "terms": "There are none.",
            "client": {"kind": "rest", "base_url": API, **(client or {})},
            "quota": {"requests_per_second": 1000},
            "resources": resources,
            **source,
        }
    )


def read(
    declaration: SourceDeclaration, progress: Progress | None = None, **connection: Any
) -> tuple[list[Any], Extraction]:
    """All records of ``things``, and the account."""
    credentials = Credentials(login="us", password="s3cret", **connection)
    options = replace(OPTIONS, progress=progress or Progress())
    extraction = extract(declaration, "things", WINDOW, credentials, options=options)
    return [record for page in extraction.pages for record in page], extraction
