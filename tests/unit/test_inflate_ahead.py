"""Lines are inflated one chunk ahead, and the thread that does it neither hides an error nor stays."""

import threading
from collections.abc import Iterator

import pytest

from cvplus.errors import LakeFailure
from cvplus.lake.lines import compress, decompress_lines


def pieces(lines: list[bytes], size: int = 100) -> Iterator[bytes]:
    """The lines as a gzip member in pieces."""
    member = b"".join(compress(line + b"\n" for line in lines))
    return (member[start : start + size] for start in range(0, len(member), size))


def helpers() -> list[str]:
    """Names of the inflating threads that are alive."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("inflate")]


def test_lines_that_span_chunks_come_back_whole_and_in_order() -> None:
    lines = [f"{number} {'x' * (number % 700)}".encode() for number in range(3_000)]
    assert list(decompress_lines(pieces(lines))) == lines
    assert helpers() == []


def test_what_the_store_raises_reaches_the_reader_after_the_lines_before_it() -> None:
    def cut_off() -> Iterator[bytes]:
        yield from list(pieces([b"whole"] * 50_000))[:2]
        raise LakeFailure(cause="The store went away.", remedy="Wait.")

    lines = decompress_lines(cut_off())
    assert next(lines) == b"whole"
    with pytest.raises(LakeFailure, match="went away"):
        list(lines)
    assert helpers() == []


def test_a_reader_that_stops_early_leaves_no_thread() -> None:
    lines = decompress_lines(pieces([b"line"] * 100_000))
    assert next(lines) == b"line"
    assert helpers() != []
    lines.close()  # type: ignore[attr-defined]
    assert helpers() == []
