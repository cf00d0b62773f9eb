"""The files that the product dropped: found by their day, read as lines, cut ones up to the cut."""

import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cvplus.errors import ConfigurationError, LakeFailure, SourceUnavailable, Where
from cvplus.exports.registry import SOURCE
from cvplus.lake.manifest import Window
from cvplus.lake.stores import FolderStore, Store

_BLOCK_BYTES = 1 << 16
_DROP = re.compile(r"^[a-z_]+/dt=(?P<day>\d{4}-\d{2}-\d{2})/[^/.][^/]*\.jsonl(?:\.gz)?$")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class DropFile:
    """One file of a drop: the day it was dropped, and its name below the exports' root."""

    dropped_on: date
    name: str


@dataclass(frozen=True)
class LineFault:
    """A stretch of a file that is no line: where the file was cut, or a line too long to hold.

    ``line`` is what could be read of it.
    """

    reason_code: str
    reason: str
    line: bytes


class ExportsRoot:
    """The root of the exports: a local folder or ``s3://bucket/prefix``."""

    def __init__(self, url: str) -> None:
        self.url = url
        parts = urlsplit(url)
        self._store: Store
        if parts.scheme == "s3" and parts.netloc:
            from cvplus.lake.s3 import S3Store  # boto3 takes half a second to import

            self._store = S3Store(parts.netloc, parts.path)
            return
        folder = Path(unquote(parts.path)) if parts.scheme == "file" else Path(url)
        if not folder.is_dir():
            raise ConfigurationError(
                cause=f"The exports' root {url!r} is neither a folder that exists nor s3://bucket/prefix.",
                remedy="Set CVPLUS_EXPORTS_URL to the place where the product drops its files.",
                where=Where(source=SOURCE),
            )
        self._store = FolderStore(folder)

    def require_listing(self) -> None:
        """Make sure that the root can be listed.

        Raises:
            LakeFailure: it cannot.
        """
        next(iter(self._store.folders("")), None)

    def files(self, entity: str, window: Window) -> list[DropFile]:
        """The entity's files whose day begins inside the window, oldest first.

        Files of other names (temporary ones, notes) are not drops and are left alone. Days
        before the window are not listed.
        """
        found = []
        with _reading(entity):
            for name in self._store.names(entity, f"dt={window.start.astimezone(UTC):%Y-%m-%d}"):
                day = _day_of(name)
                if day is None:
                    continue
                begins = datetime.combine(day, time(), UTC)
                if begins >= window.end:
                    break
                if begins >= window.start:
                    found.append(DropFile(day, name))
        return sorted(found, key=lambda file: (file.dropped_on, file.name))

    def lines(self, file: DropFile, longest_bytes: int) -> Iterator[bytes | LineFault]:
        """The file's lines without their ends, blank ones left out; memory stays at one line.

        A compressed file that was cut or damaged gives every line before the cut, then one fault.
        """
        with _reading(file.name.partition("/")[0]):
            blocks: Iterable[bytes] = self._store.read(file.name)
            if file.name.endswith(".gz"):
                blocks = _inflated(blocks)
            yield from _split_lines(blocks, longest_bytes)


def _day_of(name: str) -> date | None:
    """The day of a drop's file; ``None`` for a file of another kind."""
    match = _DROP.match(name)
    try:
        return date.fromisoformat(match["day"]) if match else None
    except ValueError:
        return None


@contextmanager
def _reading(entity: str) -> Iterator[None]:
    """Turn a failure of the store into one of the source: nothing is wrong with the lake."""
    try:
        yield
    except LakeFailure as error:
        raise SourceUnavailable(
            cause=f"The product's exports cannot be read: {error.cause}",
            remedy="Check CVPLUS_EXPORTS_URL and the rights on it, and run the task again.",
            where=Where(source=SOURCE, resource=entity),
        ) from error


def _inflated(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Gzip members to blocks of text.

    Raises:
        EOFError, gzip.BadGzipFile, zlib.error: the file ends in the middle, or is damaged.
    """
    source = io.BufferedReader(_Blocks(blocks), _BLOCK_BYTES)
    if not source.peek(1):
        raise EOFError("the compressed file is empty")
    with gzip.GzipFile(fileobj=source) as inflated:
        while block := inflated.read1(_BLOCK_BYTES):
            yield block


def _split_lines(blocks: Iterable[bytes], longest_bytes: int) -> Iterator[bytes | LineFault]:
    rest = b""
    is_first, is_skipping = True, False
    try:
        for block in blocks:
            if is_first:
                block, is_first = block.removeprefix(_BYTE_ORDER_MARK), False
            if is_skipping:
                _, newline, block = block.partition(b"\n")
                is_skipping = not newline
            lines = (rest + block).split(b"\n")
            rest = lines.pop()
            yield from (line for line in lines if line.strip())
            if len(rest) > longest_bytes:
                yield LineFault("line_too_long", f"The line has more than {longest_bytes} bytes.", rest)
                rest, is_skipping = b"", True
        if rest.strip():
            yield rest
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield LineFault(
            "file_cut", f"The file ends in the middle or is damaged ({type(error).__name__}).", rest
        )


class _Blocks(io.RawIOBase):
    """Blocks of bytes as a file that gzip can read."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        if not self._waiting:
            self._waiting = next(self._blocks, b"")
        piece = self._waiting[: len(buffer)]
        self._waiting = self._waiting[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)
