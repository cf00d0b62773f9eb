"""Enriching the postings that are new: from raw to the lake, as a batch of source ``derived``."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql

from cvplus.enrich.facts import posting_facts
from cvplus.enrich.posting_text import PostingShape, posting_shapes
from cvplus.enrich.readers.registry import readers_version
from cvplus.enrich.resource import POSTING_FACTS
from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.store import Lake

CHUNK_POSTINGS = 500

# Versions of postings of accepted or released batches that no loaded batch of facts has by today's readers. A
# quarantined batch of facts counts as done: it waits for a person who releases or replays it.
_PENDING = """
    from raw.{table} as posting
    join ops.batches as batch using (batch_id)
    where batch.state in ('accepted', 'released')
      and not exists (
        select from raw.{facts} as fact
        where fact.record_key = {prefix} || posting.record_key || '|' || posting.content_hash
          and fact.record ->> 'readers' = {readers}
      )
"""


def enrich_postings(connection: psycopg.Connection, lake: Lake, run_key: str) -> Manifest | None:
    """Land the facts of every posting version that today's readers have not read as one batch.

    ``None`` when there is none. A better reader reads again what an older one read: its facts are a new
    version of the old ones, known when the posting was.

    The batch's window spans the postings' ``known_at``. Reading is by a server-side cursor in chunks of 500,
    so memory does not grow with the postings. The batch is to be loaded and gated like any other; until it
    is, the same postings count as new.

    Raises:
        LakeFailure: the lake is full or away.
        ConfigurationError: a reference file is missing.
    """
    shapes = [shape for shape in posting_shapes() if _exists(connection, shape.table)]
    if not _exists(connection, POSTING_FACTS.table):
        shapes = []
    bounds = [span for shape in shapes if (span := _known_at_bounds(connection, shape)) is not None]
    if not bounds:
        return None
    window = Window(
        start=min(first for first, _ in bounds),
        end=max(last for _, last in bounds) + timedelta(microseconds=1),
    )
    identity = BatchIdentity(
        source=POSTING_FACTS.source, resource=POSTING_FACTS.name, window=window, run_key=run_key
    )
    pages = (page for shape in shapes for page in _fact_pages(connection, shape))
    return lake.write_batch(identity, pages, known_at_rule=POSTING_FACTS.known_at.rule)


def _fact_pages(connection: psycopg.Connection, shape: PostingShape) -> Iterator[list[dict[str, Any]]]:
    """Facts of the shape's pending postings, a page a chunk."""
    query = sql.SQL(
        "select record_key, content_hash, min(posting.known_at), (array_agg(posting.record))[1]"
        + _PENDING
        + "group by record_key, content_hash order by record_key, content_hash"
    )
    with connection.cursor(name=f"pending_{shape.table}") as cursor:
        cursor.itersize = CHUNK_POSTINGS
        cursor.execute(_filled(query, shape))
        while rows := cursor.fetchmany(CHUNK_POSTINGS):
            facts = posting_facts([shape.read(record) for *_, record in rows])
            yield [
                {
                    "source": shape.source,
                    "resource": shape.resource,
                    "record_key": record_key,
                    "content_hash": content_hash,
                    "known_at": known_at.isoformat(),
                    "readers": readers_version(),
                    **found,
                }
                for (record_key, content_hash, known_at, _), found in zip(rows, facts, strict=True)
            ]


def _known_at_bounds(connection: psycopg.Connection, shape: PostingShape) -> tuple[datetime, datetime] | None:
    query = sql.SQL("select min(posting.known_at), max(posting.known_at)" + _PENDING)
    row = connection.execute(_filled(query, shape)).fetchone()
    return None if row is None or row[0] is None else (row[0], row[1])


def _filled(query: sql.SQL, shape: PostingShape) -> sql.Composed:
    return query.format(
        table=sql.Identifier(shape.table),
        facts=sql.Identifier(POSTING_FACTS.table),
        prefix=sql.Literal(f"{shape.source}|{shape.resource}|"),
        readers=sql.Literal(readers_version()),
    )


def _exists(connection: psycopg.Connection, table: str) -> bool:
    row = connection.execute("select to_regclass(%s)", [f"raw.{table}"]).fetchone()
    return row is not None and row[0] is not None
