"""The lines of a drop: in memory one at a time, however long, and up to the cut where there is one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cvplus.exports.unpacking import FileCut

FILE_CUT = "file_cut"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class LineFault:
    """A stretch of a file that is no line: where the file was cut, or a line too long to hold.

    ``line`` is what could be read of it.
    """

    reason_code: str
    reason: str
    line: bytes


class LastLine(bytes):
    """A file's last line when no newline ends it: whole, or what a cut has left of one."""


def split_lines(blocks: Iterable[bytes], longest_bytes: int, most_bytes: int) -> Iterator[bytes | LineFault]:
    """The lines without their ends, blank ones left out.

    ``most_bytes``: what comes after so many is not read.
    """
    rest: list[bytes] = []
    held = 0
    is_skipping = False
    try:
        for block in _up_to(_without_mark(blocks), most_bytes):
            if is_skipping:
                _, newline, block = block.partition(b"\n")
                is_skipping = not newline
            *lines, tail = block.split(b"\n")
            if lines:
                lines[0] = b"".join((*rest, lines[0]))
                rest, held = [], 0
                for line in lines:
                    if len(line) > longest_bytes:
                        yield _too_long(line, longest_bytes)
                    elif line.strip():
                        yield line
            rest.append(tail)
            held += len(tail)
            if held > longest_bytes:
                yield _too_long(b"".join(rest), longest_bytes)
                rest, held, is_skipping = [], 0, True
        last = b"".join(rest)
        if last.strip():
            yield LastLine(last)
    except FileCut as error:
        yield LineFault(FILE_CUT, f"The file is cut: {error}.", b"".join(rest))


def _too_long(line: bytes, longest_bytes: int) -> LineFault:
    return LineFault("line_too_long", f"The line has more than {longest_bytes} bytes.", line)


def _without_mark(blocks: Iterable[bytes]) -> Iterator[bytes]:
    following = iter(blocks)
    yield next(following, b"").removeprefix(_BYTE_ORDER_MARK)
    yield from following


def _up_to(blocks: Iterable[bytes], most_bytes: int) -> Iterator[bytes]:
    read = 0
    for block in blocks:
        if read + len(block) > most_bytes:
            yield block[: most_bytes - read]
            raise FileCut(
                f"it holds more than the {most_bytes} bytes that are read of one file "
                "(unpacked_bytes_per_file in config/intake.yaml)"
            )
        read += len(block)
        yield block
