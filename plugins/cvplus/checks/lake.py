"""What the plant needs of the lake and of the exports: written once, read back, listed, deleted."""

from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from cvplus.checks.findings import Finding, http_clock_finding, missing
from cvplus.errors import ConfigurationError, LakeFailure
from cvplus.exports.drops import ExportsRoot
from cvplus.lake.store import open_store
from cvplus.lake.stores import AlreadyWritten
from cvplus.settings import Settings

SUBJECT = "lake"
FOLDER = "_check"


def lake_findings(settings: Settings) -> list[Finding]:
    """Write a small file twice, read, list and delete it, as the lake's own files are."""
    url = settings.resolved_lake_url
    name = f"{FOLDER}/{uuid4().hex}"
    try:
        store = open_store(url)
        store.put(name, [b"checked"])
        try:
            if b"".join(store.read(name)) != b"checked" or name not in list(store.names(FOLDER)):
                told = f"{url} does not give back what was just written there."
                return [missing(SUBJECT, told, "Use a store that is consistent after a write.")]
            found = [] if _is_written_once(url, name) else [_overwrites(url)]
        finally:
            store.delete(name)
            if url.startswith("file://"):
                # The folder that the trial made, if no other check is at work in it.
                with suppress(OSError):
                    (Path(unquote(urlsplit(url).path)) / FOLDER).rmdir()
        if url.startswith("s3://"):
            found += _clock(urlsplit(url).netloc)
    except (LakeFailure, ConfigurationError) as error:
        return [missing(SUBJECT, error.cause, error.remedy)]
    return found or [Finding(SUBJECT, f"{url}: all is there.")]


def _is_written_once(url: str, name: str) -> bool:
    try:
        open_store(url).put(name, [b"again"])
    except AlreadyWritten:
        return True
    return False


def _overwrites(url: str) -> Finding:
    return Finding(
        SUBJECT,
        f"{url} writes over a file that is there (it knows no conditional writes), so a task that comes late "
        "may put its batch in the place of another's.",
        "Use a store that knows If-None-Match; docs/lake.md names some.",
    )


def _clock(bucket: str) -> list[Finding]:
    from cvplus.lake.s3 import s3_client

    answer = s3_client().list_objects_v2(Bucket=bucket, MaxKeys=1)
    return http_clock_finding(SUBJECT, answer["ResponseMetadata"]["HTTPHeaders"].get("date"))


def exports_findings(settings: Settings) -> list[Finding]:
    """List the product's exports, where they are somebody's own."""
    if settings.exports_url is None:
        return []
    try:
        root = ExportsRoot(settings.exports_url)
        root.require_listing()
    except (LakeFailure, ConfigurationError) as error:
        return [missing("exports", error.cause, error.remedy)]
    return [Finding("exports", f"{settings.exports_url}: can be listed.")]
