"""The lake: batches that are written once, whole or not at all, and read back only if unharmed."""

import hashlib
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from cvplus.errors import ConfigurationError, LakeFailure, Where
from cvplus.lake.items import Counter, Item, RejectedRecord, hashed
from cvplus.lake.lines import compress, decode_line, decompress_lines
from cvplus.lake.manifest import MANIFEST_SUFFIX, BatchIdentity, Manifest, PartState, first_day_of
from cvplus.lake.stores import LATE, READ_BYTES, AlreadyWritten, FolderStore, Store

_SPOOL_BYTES = 1 << 23


@dataclass(frozen=True)
class BatchFacts:
    """What is known of a batch only after its last page.

    ``fetched_at``: when its data was as it is; a cached answer is older than the batch.
    ``parts``: see :class:`Manifest`.
    """

    is_stale: bool = False
    is_partial: bool = False
    note: str | None = None
    api_calls: int = 0
    cache_hits: int = 0
    fetched_at: datetime | None = None
    parts: dict[str, PartState] = field(default_factory=dict)


class Lake:
    """Batches of gzip JSON lines with manifests, in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def write_batch(
        self,
        identity: BatchIdentity,
        pages: Iterable[Sequence[Item]],
        *,
        known_at_rule: str,
        rejects: Iterable[RejectedRecord] = (),
        facts: Callable[[], BatchFacts] = BatchFacts,
    ) -> Manifest:
        """Stream ``pages`` into a batch and return its manifest; memory stays at one page.

        A batch whose manifest is already there is returned untouched and ``pages`` is not read. A page's
        items are records (``dict``, or JSON as ``bytes``) and rejects; ``rejects`` is read after the
        last page, so a list that the pages' maker fills will do. ``facts`` is asked after that. All rejects
        are counted, and kept up to the limits of a :class:`~cvplus.lake.rejects.RejectSample`.

        Of two runs that land the same batch at once the first to finish wins; the other returns the
        winner's manifest, or fails and finds it when it tries again.

        Raises:
            LakeFailure: the store is full or away, or another run is at this batch. No part of the batch
                can be seen then, nor when ``pages`` itself raises.
        """
        existing = self.find_manifest(identity)
        if existing is not None:
            return existing
        counter = Counter()
        began = datetime.now(UTC)
        with self._naming(identity), ExitStack() as undo:
            for leftover in (identity.data_path, identity.rejected_path):
                if self._store.exists(leftover):
                    self._store.delete(leftover)
            with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as spool:
                blocks = counter.blocks(pages, rejects, spool)
                try:
                    self._store.put(identity.data_path, counter.count(compress(blocks)))
                except AlreadyWritten:
                    existing = self.find_manifest(identity)
                    if existing is not None:
                        return existing
                    raise
                undo.callback(self._store.delete, identity.data_path)
                if counter.kept:
                    spool.seek(0)
                    chunks = iter(lambda: spool.read(READ_BYTES), b"")
                    self._store.put(identity.rejected_path, compress(chunks))
                    undo.callback(self._store.delete, identity.rejected_path)
            known = {name: value for name, value in asdict(facts()).items() if value is not None}
            manifest = Manifest(
                batch_id=identity.batch_id,
                source=identity.source,
                resource=identity.resource,
                window=identity.window,
                rows_read=counter.read,
                rows_rejected=counter.rejects.counts.total(),
                rejected_by_reason=dict(sorted(counter.rejects.counts.items())),
                bytes=counter.bytes,
                checksum=counter.digest.hexdigest(),
                known_at_rule=known_at_rule,
                is_canonical=counter.is_canonical,
                lake_path=identity.data_path,
                rejected_path=identity.rejected_path if counter.kept else None,
                **{"fetched_at": began, **known},
            )
            if not self._store.exists(identity.data_path):
                raise LakeFailure(
                    cause="Another run began to land this batch and removed what this one had written.",
                    remedy=LATE,
                )
            # Should the answer to this write be lost, the manifest may be there: its data must stay.
            undo.pop_all()
            self._store.put(identity.manifest_path, [manifest.model_dump_json(indent=1).encode()])
        return manifest

    def find_manifest(self, identity: BatchIdentity) -> Manifest | None:
        """The manifest of this very batch, or ``None`` when it has not been landed."""
        path = identity.manifest_path
        return self._read_manifest(path) if self._store.exists(path) else None

    def read_manifest(self, batch: str) -> Manifest:
        """The manifest of a batch, by the lake path of any of its files or by the batch's id.

        A path (``lake_path`` in ``ops.batches``) costs one read. An id tells the first day of the window and
        not the last: the days from there on are tried, one look a day, however many files they hold.

        Raises:
            LakeFailure: there is no such batch.
        """
        if "/" in batch:
            folder, _, file = batch.rpartition("/")
            stem = file.removesuffix(".gz").removesuffix(".jsonl").removesuffix(".rejected")
            return self._read_manifest(f"{folder}/{stem.removesuffix(MANIFEST_SUFFIX)}{MANIFEST_SUFFIX}")
        source, resource, day = first_day_of(batch)
        for folder in self._store.folders(f"{source}/{resource}", f"dt={day}"):
            path = f"{folder}/{batch}{MANIFEST_SUFFIX}"
            if self._store.exists(path):
                return self._read_manifest(path)
        raise LakeFailure(
            cause="The lake has no manifest of this batch.",
            remedy="Check the id in ops.batches; run the window again to land it anew.",
            where=Where(source, resource, batch),
        )

    def manifests(
        self,
        source: str = "",
        resource: str = "",
        first_day: date | None = None,
        last_day: date | None = None,
    ) -> Iterator[Manifest]:
        """Every manifest of the lake, of a source, or of one resource, in the order of their paths.

        ``first_day`` and ``last_day`` (both included) bound the days (UTC) on which the windows end; of other
        days nothing is listed, but for the rest of a page.
        """
        end = f"dt={last_day + timedelta(days=1)}" if last_day else "e"
        for source_folder in [source] if source else self._store.folders(""):
            named = [f"{source_folder}/{resource}"] if resource else self._store.folders(source_folder)
            for resource_folder in named:
                for path in self._store.names(resource_folder, f"dt={first_day or ''}"):
                    if path >= f"{resource_folder}/{end}":
                        break
                    if path.endswith(MANIFEST_SUFFIX):
                        yield self._read_manifest(path)

    def read_lines(self, manifest: Manifest) -> Iterator[bytes]:
        """The batch's records as JSON lines.

        The checksum is known at the end only: a reader keeps its transaction open until the iterator is
        exhausted.

        Raises:
            LakeFailure: a file is missing, cut or altered, naming the batch.
        """
        digest = hashlib.sha256()
        where = Where(manifest.source, manifest.resource, manifest.batch_id)
        remedy = "Restore the file from a copy of the lake, or run the window again to land it anew."
        try:
            yield from decompress_lines(hashed(self._store.read(manifest.lake_path), digest))
        except (EOFError, zlib.error) as error:
            raise LakeFailure(
                cause=f"The file {manifest.lake_path} is damaged: {error}.", remedy=remedy, where=where
            ) from error
        except LakeFailure as error:
            error.where = where
            raise
        if digest.hexdigest() != manifest.checksum:
            raise LakeFailure(
                cause=f"The file {manifest.lake_path} does not have the checksum in its manifest.",
                remedy=remedy,
                where=where,
            )

    def read_records(self, manifest: Manifest) -> Iterator[dict[str, Any]]:
        """As :meth:`read_lines`, decoded."""
        return (decode_line(line) for line in self.read_lines(manifest))

    def read_rejects(self, manifest: Manifest) -> Iterator[dict[str, Any]]:
        """What was kept of the rejects: ``record_number, record_key, reason_code, reason, record``."""
        if manifest.rejected_path is None:
            return iter(())
        lines = decompress_lines(self._store.read(manifest.rejected_path))
        return (decode_line(line) for line in lines)

    def _read_manifest(self, path: str) -> Manifest:
        try:
            return Manifest.model_validate_json(b"".join(self._store.read(path)))
        except ValidationError as error:
            raise LakeFailure(
                cause=f"The manifest {path} is not what the lake writes ({error.error_count()} faults).",
                remedy="Restore it from a copy of the lake, or delete it and run the window again.",
            ) from error

    @contextmanager
    def _naming(self, identity: BatchIdentity) -> Iterator[None]:
        """Say which batch a failure is of."""
        try:
            yield
        except LakeFailure as error:
            if error.where == Where():
                error.where = Where(identity.source, identity.resource, identity.batch_id)
            raise


def open_lake(url: str) -> Lake:
    """Open the lake at ``file:///folder`` or ``s3://bucket/prefix`` (``AWS_ENDPOINT_URL`` is honoured).

    Raises:
        ConfigurationError: the URL is neither.
    """
    return Lake(open_store(url))


def open_store(url: str) -> Store:
    """What keeps the files of the lake at a URL.

    Raises:
        ConfigurationError: the URL is neither a folder's nor a bucket's.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path:
        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme == "s3" and parts.netloc:
        from cvplus.lake.s3 import S3Store  # boto3 takes half a second to import

        return S3Store(parts.netloc, parts.path)
    raise ConfigurationError(
        cause=f"CVPLUS_LAKE_URL={url!r} is not a place that the lake can be in.",
        remedy="Set it to file:///an/absolute/folder or s3://bucket/prefix.",
    )
