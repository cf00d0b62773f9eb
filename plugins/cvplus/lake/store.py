"""The lake: batches that are written once, whole or not at all, and read back only if unharmed."""

import hashlib
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from cvplus.errors import ConfigurationError, LakeFailure, Where
from cvplus.lake.lines import compress, decode_line, decompress_lines, encode_line
from cvplus.lake.manifest import BatchIdentity, Manifest
from cvplus.lake.stores import READ_BYTES, FolderStore, Store, writing

_SPOOL_BYTES = 1 << 23


@dataclass(frozen=True)
class RejectedRecord:
    """Something read that is not a usable record, kept with the reason.

    ``record`` is text with personal data masked. ``record_number`` counts everything read in the batch
    from 1, records and rejects alike; left out, the lake counts.
    """

    reason_code: str
    reason: str
    record: str | None = None
    record_key: str | None = None
    record_number: int | None = None


@dataclass(frozen=True)
class BatchFacts:
    """What is known of a batch only after its last page.

    ``fetched_at``: when its data was as it is; a cached answer is older than the batch.
    """

    is_stale: bool = False
    is_partial: bool = False
    note: str | None = None
    api_calls: int = 0
    cache_hits: int = 0
    fetched_at: datetime | None = None


Item = dict[str, Any] | bytes | RejectedRecord


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
        last page, so a list that the pages' maker fills will do. ``facts`` is asked after that.

        Raises:
            LakeFailure: the store is full or away. Nothing of the batch is left then, nor when ``pages``
                itself raises.
        """
        existing = self.find_manifest(identity)
        if existing is not None:
            return existing
        stem = f"{identity.folder}/{identity.batch_id}"
        path, rejected_path = f"{stem}.jsonl.gz", f"{stem}.rejected.jsonl.gz"
        counter = _Counter()
        began = datetime.now(UTC)
        with self._whole_or_nothing(identity, path, rejected_path):
            with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as spool:
                self._store.put(path, counter.count(compress(counter.blocks(pages, rejects, spool))))
                if counter.rejected:
                    spool.seek(0)
                    self._store.put(rejected_path, compress(iter(lambda: spool.read(READ_BYTES), b"")))
            known = {name: value for name, value in asdict(facts()).items() if value is not None}
            manifest = Manifest(
                batch_id=identity.batch_id,
                source=identity.source,
                resource=identity.resource,
                window=identity.window,
                rows_read=counter.read,
                rows_rejected=counter.rejected,
                bytes=counter.bytes,
                checksum=counter.digest.hexdigest(),
                known_at_rule=known_at_rule,
                lake_path=path,
                rejected_path=rejected_path if counter.rejected else None,
                **{"fetched_at": began, **known},
            )
            self._store.put(_manifest_path(identity), [manifest.model_dump_json(indent=1).encode()])
        return manifest

    def find_manifest(self, identity: BatchIdentity) -> Manifest | None:
        """The manifest of this very batch, or ``None`` when it has not been landed."""
        path = _manifest_path(identity)
        return self._read_manifest(path) if self._store.exists(path) else None

    def read_manifest(self, batch: str) -> Manifest:
        """The manifest of a batch, by the batch's id or by the lake path of any of its files.

        Raises:
            LakeFailure: there is no such batch.
        """
        if "/" in batch:
            folder, _, file = batch.rpartition("/")
            stem = file.removesuffix(".gz").removesuffix(".jsonl").removesuffix(".rejected")
            path = f"{folder}/{stem.removesuffix('.manifest.json')}.manifest.json"
            return self._read_manifest(path)
        source, resource, _ = batch.split(".", 2)
        for path in self._store.names(f"{source}/{resource}"):
            if path.endswith(f"/{batch}.manifest.json"):
                return self._read_manifest(path)
        raise LakeFailure(
            cause="The lake has no manifest of this batch.",
            remedy="Check the id in ops.batches; run the window again to land it anew.",
            where=Where(source, resource, batch),
        )

    def manifests(self, source: str = "", resource: str = "") -> Iterator[Manifest]:
        """Every manifest of the lake, of a source, or of one resource, in the order of their paths."""
        prefix = "/".join(part for part in (source, resource) if part)
        for path in self._store.names(prefix):
            if path.endswith(".manifest.json"):
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
            yield from decompress_lines(_hashed(self._store.read(manifest.lake_path), digest))
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
        """What was rejected at reading: ``record_number, record_key, reason_code, reason, record``."""
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
    def _whole_or_nothing(self, identity: BatchIdentity, *paths: str) -> Iterator[None]:
        """Remove ``paths`` again unless the block ends well; say which batch a failure is of."""
        try:
            with ExitStack() as undo:
                for path in paths:
                    undo.callback(self._store.delete, path)
                yield
                undo.pop_all()
        except LakeFailure as error:
            if error.where == Where():
                error.where = Where(identity.source, identity.resource, identity.batch_id)
            raise


class _Counter:
    """Counts what streams through it: records and rejects going in, compressed bytes coming out."""

    def __init__(self) -> None:
        self.read = 0
        self.rejected = 0
        self.bytes = 0
        self.digest = hashlib.sha256()

    def blocks(
        self, pages: Iterable[Sequence[Item]], rejects: Iterable[RejectedRecord], spool: IO[bytes]
    ) -> Iterator[bytes]:
        """The pages' records as blocks of lines; the rejects go to ``spool``."""
        for page in pages:
            lines = []
            for item in page:
                self.read += 1
                if isinstance(item, RejectedRecord):
                    self._reject(item, spool)
                else:
                    lines.append(encode_line(item))
            yield b"".join(lines)
        for item in rejects:
            self.read += 1
            self._reject(item, spool)

    def _reject(self, item: RejectedRecord, spool: IO[bytes]) -> None:
        self.rejected += 1
        number = self.read if item.record_number is None else item.record_number
        with writing(Path(tempfile.gettempdir()), "the rejected records"):
            spool.write(encode_line({**asdict(item), "record_number": number}))

    def count(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks as they are, hashed and measured."""
        for chunk in _hashed(chunks, self.digest):
            self.bytes += len(chunk)
            yield chunk


def _hashed(chunks: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


def _manifest_path(identity: BatchIdentity) -> str:
    return f"{identity.folder}/{identity.batch_id}.manifest.json"


def open_lake(url: str) -> Lake:
    """Open the lake at ``file:///folder`` or ``s3://bucket/prefix`` (``AWS_ENDPOINT_URL`` is honoured).

    Raises:
        ConfigurationError: the URL is neither.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path:
        return Lake(FolderStore(Path(unquote(parts.path))))
    if parts.scheme == "s3" and parts.netloc:
        from cvplus.lake.s3 import S3Store  # boto3 takes half a second to import

        return Lake(S3Store(parts.netloc, parts.path))
    raise ConfigurationError(
        cause=f"CVPLUS_LAKE_URL={url!r} is not a place that the lake can be in.",
        remedy="Set it to file:///an/absolute/folder or s3://bucket/prefix.",
    )
