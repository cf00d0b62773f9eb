"""A batch on its way in: its lines become rows of the temporary table ``incoming``, usable or refused.

Rows are written in the text format of COPY, in blocks: the documents are JSON bytes already, and decoding
them for psycopg's adapters, which encode them again, is a tenth of the load's work.
"""

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

import psycopg

from cvplus.errors import ConfigurationError, LakeFailure, PermanentError, Where
from cvplus.lake.lines import decode_line
from cvplus.lake.manifest import Manifest
from cvplus.lake.store import Lake
from cvplus.resources import Resource
from cvplus.warehouse.instants import UnreadableInstant, known_at
from cvplus.warehouse.masking import mask_text
from cvplus.warehouse.records import Refused, check_required, record_key, serialise

# Records opened at a time when a batch is sealed: the opener may ask the database, which a COPY forbids.
SEALED_CHUNK = 5_000
# Rows sent to the server at a time.
BLOCK = 100

Decode = Callable[[dict[str, Any]], dict[str, Any]]


def copy_to_incoming(
    connection: psycopg.Connection, lake: Lake, manifest: Manifest, resource: Resource, decode: Decode | None
) -> None:
    """Create ``pg_temp.incoming`` and stream the batch's records and rejects into it, in constant memory."""
    connection.execute(
        """
        create temporary table incoming (
            record_number bigint not null, record_key text, content_hash text, known_at timestamptz,
            record jsonb, reason_code text, reason text, rejected text
        ) on commit drop
        """
    )
    taken = {number for number, _ in _reject_rows(lake, manifest)}
    rows = chain(
        (row for _, row in _reject_rows(lake, manifest)),
        _record_rows(lake, manifest, resource, decode, taken),
    )
    if decode is None:
        _copy(connection, rows)
        return
    while chunk := list(islice(rows, SEALED_CHUNK)):
        _copy(connection, iter(chunk))


def count_incoming(connection: psycopg.Connection, manifest: Manifest) -> tuple[int, int]:
    """Rows read and rejected.

    Raises:
        LakeFailure: when the lake did not hold as many as the manifest says.
    """
    ((read, rejected),) = connection.execute(
        "select count(*), count(reason_code) from pg_temp.incoming"
    ).fetchall()
    if read != manifest.rows_read:
        raise LakeFailure(
            cause=f"The lake holds {read} records of this batch, its manifest says {manifest.rows_read}.",
            remedy="Restore the batch's files from a copy of the lake, or run the window again.",
            where=Where(manifest.source, manifest.resource, manifest.batch_id),
        )
    return read, rejected


def _copy(connection: psycopg.Connection, rows: Iterator[bytes]) -> None:
    with connection.cursor().copy("copy pg_temp.incoming from stdin") as copy:
        while block := b"".join(islice(rows, BLOCK)):
            copy.write(block)


def _reject_rows(lake: Lake, manifest: Manifest) -> Iterator[tuple[int, bytes]]:
    """What was rejected at reading, with its number; a number that is missing or taken is replaced."""
    taken: set[int] = set()
    for position, reject in enumerate(lake.read_rejects(manifest), start=1):
        number = reject.get("record_number")
        if not isinstance(number, int) or number in taken:
            number = manifest.rows_read + position
        taken.add(number)
        key, text = reject.get("record_key"), reject.get("record")
        yield number, _refused_row(number, key, reject["reason_code"], reject["reason"], text)


def _record_rows(
    lake: Lake, manifest: Manifest, resource: Resource, decode: Decode | None, taken: set[int]
) -> Iterator[bytes]:
    """The batch's records as rows, numbered as they were read (the rejects hold the other numbers)."""
    number = 0
    for line in lake.read_lines(manifest):
        number += 1
        while number in taken:
            number += 1
        yield _record_row(number, line, manifest, resource, decode)


def _record_row(
    number: int, line: bytes, manifest: Manifest, resource: Resource, decode: Decode | None
) -> bytes:
    """One line as a row of ``incoming``: usable, or with the reason why it is not."""
    key: str | None = None
    try:
        record = decode_line(line)
    except (ValueError, RecursionError):
        return _refused_row(number, None, "not_json", "The line is not JSON.", _masked(line))
    try:
        if not isinstance(record, dict):
            raise Refused("not_an_object", "The line is JSON, but no object.")
        if decode is not None:
            record = decode(record)
        key = record_key(record, resource.key)
        document, content_hash = serialise(record)
        check_required(record, resource.required)
        instant = known_at(record, resource.known_at, manifest.fetched_at)
    except Refused as error:
        return _refused_row(number, key, error.reason_code, error.reason, _masked(line))
    except UnreadableInstant as error:
        return _refused_row(number, key, "instant_invalid", str(error), _masked(line))
    except ConfigurationError:
        raise  # a wrong master key is no fault of the record: the task fails and nothing is rejected
    except PermanentError as error:
        return _refused_row(number, key, error.code, error.cause, _masked(line))
    return b"%d\t%b\t%b\t%b\t%b\t\\N\t\\N\t\\N\n" % (
        number,
        _escaped(key),
        content_hash.encode(),
        instant.isoformat().encode(),
        document.replace(b"\\", b"\\\\"),  # JSON holds no other character that COPY reads as its own
    )


def _refused_row(number: int, key: object, reason_code: str, reason: object, text: object) -> bytes:
    """A row that says why a record is not used, and what it looked like."""
    return b"%d\t%b\t\\N\t\\N\t\\N\t%b\t%b\t%b\n" % (
        number,
        _escaped(key),
        _escaped(reason_code),
        _escaped(reason),
        _escaped(text),
    )


def _masked(line: bytes) -> str:
    return mask_text(line.decode(errors="replace"))


def _escaped(value: object) -> bytes:
    """A text as COPY takes it; NULs and lone surrogates, which Postgres refuses, are shown as signs."""
    if value is None:
        return b"\\N"
    text = str(value)
    if not text.isalnum():
        text = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
        text = text.replace("\x00", "\N{SYMBOL FOR NULL}")
    return text.encode(errors="replace")
