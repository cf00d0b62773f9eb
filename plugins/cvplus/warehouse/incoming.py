"""A batch on its way in: its lines become records that are ready for raw, or refused, a chunk at a time."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cvplus.errors import ConfigurationError, PermanentError
from cvplus.instants import UnreadableInstant
from cvplus.lake.lines import decode_line
from cvplus.lake.manifest import Manifest
from cvplus.lake.rejects import RejectSample
from cvplus.lake.store import Lake
from cvplus.resources import Resource
from cvplus.values.fields import FieldSpans
from cvplus.values.portable import make_portable
from cvplus.values.rejected_fields import REJECTED_FIELDS, RejectedField, take_notes
from cvplus.values.spans import load_spans
from cvplus.warehouse.instants import known_at
from cvplus.warehouse.masking import mask_text, shown_text
from cvplus.warehouse.raw_rows import raw_row
from cvplus.warehouse.records import (
    DROPPED_ON,
    Refused,
    check_required,
    identity_of_line,
    record_key,
    serialise,
)

# A chunk is closed at whichever comes first: large enough that the round trips weigh little, small enough
# for the buffers between this process and the server, which stores one chunk while the next is prepared.
CHUNK_ROWS = 2_000
CHUNK_BYTES = 1 << 22

Decode = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Refusal:
    """Something read that cannot be used: which record it was, why, and its text (personal data masked)."""

    record_number: int
    record_key: str | None
    reason_code: str
    reason: str
    record: str | None


@dataclass
class Chunk:
    """Some of a batch's records, no two of them the same, and what was refused among them: ``refused`` counts
    all of that, ``refusals`` are those that are kept.

    ``keys``, ``hashes``, ``parts`` (of a snapshot), ``instants`` (known at) and ``rows`` (as COPY takes
    them) run in parallel.
    ``repeated`` counts records equal to one in the chunk; of their instants the chunk holds the earliest.
    ``rejected_fields``: position of a row -> the record's number and what was set aside of it.
    """

    keys: list[str] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    parts: list[str | None] = field(default_factory=list)
    instants: list[datetime] = field(default_factory=list)
    rows: list[bytes] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    refused: int = 0
    rejected_fields: dict[int, tuple[int, list[RejectedField]]] = field(default_factory=dict)
    repeated: int = 0
    size: int = 0
    _positions: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """How many records of the batch it accounts for."""
        return len(self.rows) + self.repeated + self.refused

    @property
    def is_full(self) -> bool:
        """Whether it should be handed over."""
        return len(self.rows) + len(self.refusals) >= CHUNK_ROWS or self.size >= CHUNK_BYTES

    def add(
        self,
        key: str,
        content_hash: str,
        instant: datetime,
        row: bytes,
        part: str | None = None,
        rejected: tuple[int, list[RejectedField]] | None = None,
    ) -> None:
        """Take a record, or only its instant when an equal one is there and was known later.

        ``rejected``: the record's number and what was set aside of it.
        """
        count = len(self.rows)
        position = self._positions.setdefault((key, content_hash), count)
        if position == count:
            self.keys.append(key)
            self.hashes.append(content_hash)
            self.parts.append(part)
            self.instants.append(instant)
            self.rows.append(row)
            self.size += len(row)
            if rejected is not None:
                self.rejected_fields[position] = rejected
            return
        self.repeated += 1
        if instant < self.instants[position]:
            self.instants[position] = instant
            self.rows[position] = row


def read_chunks(
    lake: Lake, manifest: Manifest, resource: Resource, decode: Decode | None, rejects: RejectSample
) -> Generator[Chunk, None, None]:
    """The batch in chunks: what was rejected at reading first, then the records; memory stays at a chunk.

    Records are numbered as they were read, and the rejects hold the other numbers; those that the lake
    counted and did not keep have none. ``rejects`` counts all refusals and says which are kept.

    Raises:
        ConfigurationError: ``decode`` cannot open anything.
        LakeFailure: the batch's file is missing or damaged.
    """
    chunk = Chunk()
    taken: set[int] = set()
    part = resource.part
    for refusal in _rejects(lake, manifest):
        taken.add(refusal.record_number)
        _refuse(chunk, rejects, refusal)
        if chunk.is_full:
            yield chunk
            chunk = Chunk()
    for reason_code, count in manifest.rejected_by_reason.items():
        not_kept = count - rejects.counts[reason_code]
        rejects.counts[reason_code] += not_kept
        chunk.refused += not_kept
    spans = FieldSpans(resource.spans, max(manifest.fetched_at, manifest.window.end))
    number = 0
    for line in lake.read_lines(manifest):
        number += 1
        while number in taken:
            number += 1
        fault = _take_line(chunk, number, line, manifest, resource, part, spans, decode)
        if fault is not None:
            _refuse(chunk, rejects, fault)
        if chunk.is_full:
            yield chunk
            chunk = Chunk()
    yield chunk


def _rejects(lake: Lake, manifest: Manifest) -> Iterator[Refusal]:
    """What was rejected at reading; a number that is missing or taken is replaced."""
    taken: set[int] = set()
    for position, reject in enumerate(lake.read_rejects(manifest), start=1):
        number = reject.get("record_number")
        if not isinstance(number, int) or number in taken:
            number = manifest.rows_read + position
        taken.add(number)
        yield _refusal(
            number, reject.get("record_key"), reject["reason_code"], reject["reason"], reject.get("record")
        )


def _take_line(
    chunk: Chunk,
    number: int,
    line: bytes,
    manifest: Manifest,
    resource: Resource,
    part: list[str],
    spans: FieldSpans,
    decode: Decode | None,
) -> Refusal | None:
    """Add one line to the chunk, or return the reason why it is not usable; ``part`` is the resource's."""
    key: str | None = None
    try:
        record = decode_line(line)
    except (ValueError, RecursionError):
        return _refusal(number, None, "not_json", "The line is not JSON.", _masked(line))
    try:
        if not isinstance(record, dict):
            raise Refused("not_an_object", "The line is JSON, but no object.")
        if decode is not None:
            record = decode(record)
        rejected = take_notes(record) if REJECTED_FIELDS in record else []
        is_identity = not rejected and manifest.is_canonical and decode is None and DROPPED_ON not in record
        if resource.spans:
            outside = spans.reject(record)
            if outside:
                is_identity = False
                rejected += outside
        _refuse_without(resource, rejected)
        key = record_key(record, resource.key)
        try:
            document, content_hash = identity_of_line(line) if is_identity else serialise(record)
        except Refused:
            # Something in it cannot be kept; what is left of the record without that can.
            rejected += make_portable(record, load_spans().deepest)
            _refuse_without(resource, rejected)
            key = record_key(record, resource.key)
            document, content_hash = serialise(record)
        check_required(record, resource.required)
        instant = known_at(record, resource.known_at, manifest.fetched_at)
    except Refused as error:
        return _refusal(number, key, error.reason_code, error.reason, _masked(line))
    except UnreadableInstant as error:
        return _refusal(number, key, "instant_invalid", str(error), _masked(line))
    except ConfigurationError:
        raise  # a wrong master key is no fault of the record: the task fails and nothing is rejected
    except PermanentError as error:
        return _refusal(number, key, error.code, error.cause, _masked(line))
    row = raw_row(key, content_hash, manifest.batch_id, instant, document)
    part_key = record_key(record, part) if part else None
    chunk.add(key, content_hash, instant, row, part_key, (number, rejected) if rejected else None)
    return None


def _refuse(chunk: Chunk, rejects: RejectSample, refusal: Refusal) -> None:
    chunk.refused += 1
    if rejects.takes(refusal.reason_code, len(refusal.record or "")):
        chunk.refusals.append(refusal)


def _refuse_without(resource: Resource, rejected: list[RejectedField]) -> None:
    """Refuse a record whose value was set aside in a field that it needs."""
    if not rejected:
        return
    needed = {*resource.required, *resource.key, resource.known_at.path}
    for found in rejected:
        if found.field in needed:
            raise Refused(found.reason_code, found.reason)


def _refusal(number: int, key: object, reason_code: object, reason: object, record: object) -> Refusal:
    """A refusal whose texts Postgres takes."""
    return Refusal(
        number,
        None if key is None else shown_text(str(key)),
        shown_text(str(reason_code)),
        shown_text(str(reason)),
        None if record is None else shown_text(str(record)),
    )


def _masked(line: bytes) -> str:
    return mask_text(line.decode(errors="replace"))
