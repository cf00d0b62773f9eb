"""Compressed drops to blocks of text: streaming, each block of a bounded size, whatever a file unpacks to."""

import bz2
import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from backports.zstd import ZstdDecompressor, ZstdError

BLOCK_BYTES = 1 << 16


class FileCut(Exception):
    """A file ends in the middle, is damaged, or goes on beyond what is read; the text says which."""


def unpacked(blocks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The text of a file of that name; what it holds before a cut or damage is given before the error.

    Several members (gzip, zstd frames, bzip2 streams) after another are one text.

    Raises:
        FileCut: the compressed stream ends in the middle, is damaged, or is followed by something else.
    """
    ending = name.rpartition(".")[2].lower()
    if ending == "gz":
        return _gunzipped(blocks)
    if ending == "bz2":
        return _decompressed(blocks, bz2.BZ2Decompressor)
    if ending == "zst":
        return _decompressed(blocks, ZstdDecompressor)
    return iter(blocks)


def _gunzipped(blocks: Iterable[bytes]) -> Iterator[bytes]:
    source = io.BufferedReader(_Blocks(blocks), BLOCK_BYTES)
    try:
        if not source.peek(1):
            raise FileCut("the compressed file is empty")
        with gzip.GzipFile(fileobj=source) as inflated:
            while block := inflated.read1(BLOCK_BYTES):
                yield block
    except EOFError as error:
        raise FileCut("it ends in the middle") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise FileCut(f"it is damaged ({type(error).__name__})") from error


class _Decompressor(Protocol):
    """What bz2 and zstd have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _decompressed(blocks: Iterable[bytes], begin: Callable[[], _Decompressor]) -> Iterator[bytes]:
    """Unlike the libraries' own files, this does not pass over what follows the last stream and is none."""
    stream, is_between = begin(), False
    is_empty = True
    for packed in blocks:
        is_empty, waiting = False, packed
        while waiting or not stream.needs_input:
            try:
                block = stream.decompress(waiting, BLOCK_BYTES)
            except (OSError, ZstdError) as error:
                raise FileCut(f"it is damaged ({type(error).__name__})") from error
            waiting, is_between = b"", stream.eof
            if block:
                yield block
            if stream.eof:
                waiting, stream = stream.unused_data, begin()
    if is_empty:
        raise FileCut("the compressed file is empty")
    if not is_between:
        raise FileCut("it ends in the middle")


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
