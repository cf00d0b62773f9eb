"""Reading the records that are new: from raw to the lake, as a batch of source ``derived``."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql

from cvplus.enrich.kinds import FactKind
from cvplus.enrich.shapes import RecordShape
from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.store import Lake

CHUNK_RECORDS = 500

# Versions of records of accepted or released batches that no loaded batch of facts has by today's readers. A
# quarantined batch of facts counts as done: it waits for a person who releases or replays it.
_PENDING = """
    from raw.{table} as told
    join ops.batches as batch using (batch_id)
    where batch.state in ('accepted', 'released')
      and not exists (
        select from raw.{facts} as fact
        where fact.record_key = {prefix} || told.record_key || '|' || told.content_hash
          and fact.record ->> 'readers' = {readers}
      )
"""

# The newest facts of the version that a gate let through, whoever read them.
_READ_BEFORE = """
    (
        select fact.record
        from raw.{facts} as fact
        join ops.batches as fact_batch on fact_batch.batch_id = fact.batch_id
        where fact_batch.state in ('accepted', 'released')
          and fact.record_key = {prefix} || told.record_key || '|' || told.content_hash
        order by fact.loaded_at desc
        limit 1
    )
"""


def read_records(connection: psycopg.Connection, lake: Lake, run_key: str, kind: FactKind) -> Manifest | None:
    """Land the facts of every record version that today's readers have not read as one batch.

    ``None`` when there is none. A better reader reads again what an older one read: its facts are a new
    version of the old ones, known when the record was.

    The batch's window spans the records' ``known_at``. Reading is by a server-side cursor in chunks of 500,
    so memory does not grow with the records. The batch is to be loaded and gated like any other; until it
    is, the same records count as new.

    Raises:
        LakeFailure: the lake is full or away.
        ConfigurationError: a reference file is missing.
    """
    shapes = [shape for shape in kind.shapes() if _exists(connection, shape.table)]
    if not _exists(connection, kind.resource.table):
        shapes = []
    bounds = [span for shape in shapes if (span := _known_at_bounds(connection, kind, shape)) is not None]
    if not bounds:
        return None
    window = Window(
        start=min(first for first, _ in bounds),
        end=max(last for _, last in bounds) + timedelta(microseconds=1),
    )
    identity = BatchIdentity(
        source=kind.resource.source, resource=kind.resource.name, window=window, run_key=run_key
    )
    pages = (page for shape in shapes for page in _fact_pages(connection, kind, shape))
    return lake.write_batch(identity, pages, known_at_rule=kind.resource.known_at.rule)


def _fact_pages(
    connection: psycopg.Connection, kind: FactKind, shape: RecordShape[Any]
) -> Iterator[list[dict[str, Any]]]:
    """Facts of the shape's pending records, a page a chunk."""
    query = sql.SQL(
        "select record_key, content_hash, min(told.known_at), (array_agg(told.record))[1], "
        + _READ_BEFORE
        + _PENDING
        + "group by record_key, content_hash order by record_key, content_hash"
    )
    with connection.cursor(name=f"pending_{shape.table}") as cursor:
        cursor.itersize = CHUNK_RECORDS
        cursor.execute(_filled(query, kind, shape))
        while rows := cursor.fetchmany(CHUNK_RECORDS):
            facts = kind.find([shape.read(row[3]) for row in rows], [row[4] for row in rows])
            yield [
                {
                    "source": shape.source,
                    "resource": shape.resource,
                    "record_key": record_key,
                    "content_hash": content_hash,
                    "known_at": known_at.isoformat(),
                    "readers": kind.readers,
                    **found,
                }
                for (record_key, content_hash, known_at, *_), found in zip(rows, facts, strict=True)
            ]


def _known_at_bounds(
    connection: psycopg.Connection, kind: FactKind, shape: RecordShape[Any]
) -> tuple[datetime, datetime] | None:
    query = sql.SQL("select min(told.known_at), max(told.known_at)" + _PENDING)
    row = connection.execute(_filled(query, kind, shape)).fetchone()
    return None if row is None or row[0] is None else (row[0], row[1])


def _filled(query: sql.SQL, kind: FactKind, shape: RecordShape[Any]) -> sql.Composed:
    return query.format(
        table=sql.Identifier(shape.table),
        facts=sql.Identifier(kind.resource.table),
        prefix=sql.Literal(f"{shape.source}|{shape.resource}|"),
        readers=sql.Literal(kind.readers),
    )


def _exists(connection: psycopg.Connection, table: str) -> bool:
    row = connection.execute("select to_regclass(%s)", [f"raw.{table}"]).fetchone()
    return row is not None and row[0] is not None
