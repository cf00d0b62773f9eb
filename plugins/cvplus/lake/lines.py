"""JSON lines and their compression: bytes that depend on the records alone, never on the clock.

Gzip is igzip's (python-isal): a quarter of zlib's time to write and half of it to read, a fifth more bytes.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
from isal import igzip_lib, isal_zlib

_GZIP = 31  # window bits for a gzip wrapper; its header then carries no time and no file name
_LEVEL = 1
_CHUNK = 1 << 18


def canonical_line(record: dict[str, Any]) -> bytes:
    """One record as one line of JSON with its keys sorted, so that equal records are equal bytes.

    Raises:
        orjson.JSONEncodeError: it holds what only the standard library writes (:func:`encode_line`).
    """
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS)


def encode_line(record: dict[str, Any] | bytes) -> bytes:
    """One record as one line of JSON, its newline included.

    ``bytes`` are taken as JSON already and kept as they are, unless they span lines. What orjson
    refuses but JSON allows (integers beyond 64 bits, lone surrogates) goes through the standard library.
    """
    if isinstance(record, bytes):
        line = record.strip()
        return (json.dumps(decode_line(line)).encode() if b"\n" in line else line) + b"\n"
    try:
        return canonical_line(record)
    except orjson.JSONEncodeError:
        return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def decode_line(line: bytes) -> Any:
    """The JSON value of a line.

    Raises:
        ValueError: the line is not JSON.
    """
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return json.loads(line)


def shown_line(value: Any, longest: int = 200) -> str:
    """The beginning of a value's line for people to read, whatever the value holds."""
    return encode_line({"": value})[len('{"":') : -len("}\n")][:longest].decode(errors="replace")


def compress(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Gzip ``blocks`` into chunks; memory stays at one block, equal blocks give equal bytes."""
    compressor = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP)
    waiting = bytearray()
    for block in blocks:
        waiting += compressor.compress(block)
        if len(waiting) >= _CHUNK:
            yield bytes(waiting)
            waiting.clear()
    waiting += compressor.flush()
    yield bytes(waiting)


def decompress_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines, without their newlines, of one gzip member that arrives in ``chunks``.

    A thread fetches and inflates one chunk ahead: waiting for a store and zlib leave the interpreter free,
    so the caller works on the lines meanwhile. Memory stays at two inflated chunks.

    Raises:
        EOFError: the member ends before its trailer (the file was cut).
        zlib.error: the bytes are not gzip, or damaged.
        Exception: what ``chunks`` raises passes through.
    """
    blocks = _inflated(chunks)
    rest: list[bytes] = []
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="inflate") as ahead:
        following = ahead.submit(next, blocks, None)
        while (block := following.result()) is not None:
            following = ahead.submit(next, blocks, None)
            *lines, tail = block.split(b"\n")
            if lines:
                lines[0] = b"".join((*rest, lines[0]))
                rest.clear()
                yield from lines
            rest.append(tail)
    if last := b"".join(rest):
        yield last


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Each chunk's text; that the member was cut is known, and raised, at the end."""
    decompressor = isal_zlib.decompressobj(_GZIP)
    for chunk in chunks:
        try:
            yield decompressor.decompress(chunk)
        except igzip_lib.IsalError as error:  # type: ignore[misc]  # a class, its stubs say an instance
            raise zlib.error(str(error)) from error
    if not decompressor.eof:
        raise EOFError("the compressed file ends in the middle")
