"""Rows of a raw table in the binary format of COPY.

The documents are JSON bytes already, and the server reads the binary format without looking for the ends of
lines and fields: a quarter less work for it than the text format, and no escaping here. psycopg's own row
writer would decode and encode each document again.

Format: https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-FILE-FORMATS; a timestamptz is microseconds
since 2000-01-01 UTC, a jsonb a version byte and its text.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from struct import Struct

import psycopg
from psycopg import sql

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_COLUMNS = 5
_JSONB_VERSION = 1
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_row_and_text = Struct(">hi").pack  # the number of columns, then the length of the first
_text = Struct(">i").pack
_instant_and_json = Struct(">iqib").pack  # length and value of the instant, length and version of the jsonb


def raw_row(key: str, content_hash: str, batch_id: str, instant: datetime, document: bytes) -> bytes:
    """One row: ``record_key, content_hash, batch_id, known_at, record`` (``document`` is JSON)."""
    encoded = key.encode()
    return b"".join(
        (
            _row_and_text(_COLUMNS, len(encoded)),
            encoded,
            _text(len(content_hash)),
            content_hash.encode(),
            _batch_field(batch_id),
            _instant_and_json(8, (instant - _EPOCH) // _MICROSECOND, len(document) + 1, _JSONB_VERSION),
            document,
        )
    )


@lru_cache(maxsize=100)
def _batch_field(batch_id: str) -> bytes:
    encoded = batch_id.encode()
    return _text(len(encoded)) + encoded


@contextmanager
def copying_rows(connection: psycopg.Connection, table: str, rows: Sequence[bytes]) -> Iterator[None]:
    """Send rows to ``raw.<table>``; they are stored when the block ends, which may use the time meanwhile.

    Inside the block the connection is taken. Nothing is sent where there are no rows.
    """
    if not rows:
        yield
        return
    statement = sql.SQL(
        "copy raw.{} (record_key, content_hash, batch_id, known_at, record) from stdin (format binary)"
    ).format(sql.Identifier(table))
    with connection.cursor().copy(statement) as copy:
        copy.write(b"".join((_HEADER, *rows, _TRAILER)))
        yield
