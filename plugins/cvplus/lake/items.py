"""What streams into a batch: records and rejects, counted on the way."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from cvplus.lake.lines import canonical_line, encode_line
from cvplus.lake.rejects import RejectSample
from cvplus.lake.stores import writing

# What a page with large records may weigh before a part of it is handed on.
BLOCK_BYTES = 1 << 22


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


@dataclass(frozen=True, slots=True)
class CountedReject:
    """Something read that is not a usable record, of which no more is kept than the reason code."""

    reason_code: str


Item = dict[str, Any] | bytes | RejectedRecord | CountedReject


class Counter:
    """Counts what streams through it: records and rejects going in, compressed bytes coming out.

    ``is_canonical``: every record was written by :func:`canonical_line`. ``kept``: how many
    rejects were written.
    """

    def __init__(self) -> None:
        self.read = 0
        self.kept = 0
        self.rejects = RejectSample()
        self.bytes = 0
        self.is_canonical = True
        self.digest = hashlib.sha256()

    def blocks(
        self, pages: Iterable[Sequence[Item]], rejects: Iterable[RejectedRecord], spool: IO[bytes]
    ) -> Iterator[bytes]:
        """The pages' records as blocks of lines; of the rejects those that are kept go to ``spool``."""
        for page in pages:
            lines: list[bytes] = []
            size = 0
            for item in page:
                self.read += 1
                if isinstance(item, RejectedRecord):
                    self._reject(item, spool)
                elif isinstance(item, CountedReject):
                    self.rejects.counts[item.reason_code] += 1
                else:
                    line = self._line(item)
                    lines.append(line)
                    size += len(line)
                    if size >= BLOCK_BYTES:
                        yield b"".join(lines)
                        lines, size = [], 0
            yield b"".join(lines)
        for item in rejects:
            self.read += 1
            self._reject(item, spool)

    def _line(self, item: dict[str, Any] | bytes) -> bytes:
        if isinstance(item, dict):
            with suppress(orjson.JSONEncodeError):
                return canonical_line(item)
        self.is_canonical = False
        return encode_line(item)

    def _reject(self, item: RejectedRecord, spool: IO[bytes]) -> None:
        number = self.read if item.record_number is None else item.record_number
        line = encode_line({**asdict(item), "record_number": number})
        if not self.rejects.takes(item.reason_code, len(line)):
            return
        self.kept += 1
        with writing(Path(tempfile.gettempdir()), "the rejected records"):
            spool.write(line)

    def count(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks as they are, hashed and measured."""
        for chunk in hashed(chunks, self.digest):
            self.bytes += len(chunk)
            yield chunk


def hashed(chunks: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    """The chunks as they are; ``digest`` is of all of them at the end."""
    for chunk in chunks:
        digest.update(chunk)
        yield chunk
