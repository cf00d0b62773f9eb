"""Load a landed batch into raw: one transaction, a chunk at a time, an account that adds up.

Why nothing is lost and nothing is there twice: every record of the batch is in exactly one chunk, as a row,
a repetition or a refusal (:mod:`.incoming`); of the rows, those that are held already are found under a lock
that every other writer of the resource waits for (:mod:`.held`); and the transaction commits only
after the last line was read, the file's checksum was right and the count was the manifest's.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import psycopg
from psycopg import sql

from cvplus.errors import LakeFailure, Where
from cvplus.lake.manifest import Manifest
from cvplus.lake.rejects import RejectSample
from cvplus.lake.store import Lake
from cvplus.resources import Resource
from cvplus.warehouse.batches import get_batch, lock_resource, register_landed
from cvplus.warehouse.duplicates import drop_deferred
from cvplus.warehouse.held import HeldRecords
from cvplus.warehouse.incoming import Chunk, Decode, read_chunks
from cvplus.warehouse.raw_rows import copying_rows
from cvplus.warehouse.rejected import RejectedFields, assume_replayed, write_counts, write_refusals


@dataclass(frozen=True)
class BatchCounts:
    """The account of a loaded batch: ``read = loaded + duplicate + rejected``.

    ``rejected_fields``: values of the loaded records that were set aside.
    """

    read: int
    loaded: int
    duplicate: int
    rejected: int
    rejected_fields: int = 0


def load_batch(
    connection: psycopg.Connection,
    lake: Lake,
    manifest: Manifest,
    resource: Resource,
    decode: Decode | None = None,
) -> BatchCounts:
    """Copy a batch into ``raw.<source>__<resource>`` and bring its row in ``ops.batches`` to ``loaded``.

    Everything happens in one transaction (the caller's, when one is open; commit it). A batch that is
    loaded already is left as it is; two loads of one batch wait for each other. A record equal (key and
    content) to one that a batch not in quarantine holds, with a ``known_at`` no later, is a duplicate.

    Args:
        connection: to the warehouse; the raw table must exist.
        lake: where the batch lies.
        manifest: the batch's manifest.
        resource: its declaration (key, required fields, rule of knowledge).
        decode: opens a sealed record; a ``PermanentError`` that it raises rejects that record under
            the error's code, but a ``ConfigurationError`` (a wrong master key) fails the load.

    Returns:
        The batch's counts, those of the first load when it was loaded before.

    Raises:
        ConfigurationError: ``decode`` cannot open anything.
        LakeFailure: the batch's file is missing, damaged, or does not hold what the manifest says.
    """
    rejects = RejectSample()
    with connection.transaction(), closing(read_chunks(lake, manifest, resource, decode, rejects)) as chunks:
        lock_resource(connection, resource.source, resource.name)
        register_landed(connection, manifest)
        batch = get_batch(connection, manifest.batch_id, lock=True)
        if batch.state != "landed":
            return BatchCounts(
                batch.rows_read, batch.rows_loaded or 0, batch.rows_duplicate or 0, batch.rows_rejected or 0
            )
        assume_replayed(connection, manifest)
        held = HeldRecords(connection, resource, manifest)
        counts = _load_chunks(connection, manifest, resource, chunks, held, is_sealed=decode is not None)
        if counts.read != manifest.rows_read:
            raise LakeFailure(
                cause=f"The lake holds {counts.read} records of this batch, "
                f"its manifest says {manifest.rows_read}.",
                remedy="Restore the batch's files from a copy of the lake, or run the window again.",
                where=Where(manifest.source, manifest.resource, manifest.batch_id),
            )
        held.drop_void_claims()
        write_counts(connection, manifest, rejects.counts)
        connection.execute(
            """
            update ops.batches
            set state = 'loaded', rows_loaded = %s, rows_duplicate = %s, rows_rejected = %s,
                fields_rejected = %s, loaded_at = now()
            where batch_id = %s
            """,
            [counts.loaded, counts.duplicate, counts.rejected, counts.rejected_fields, manifest.batch_id],
        )
    return counts


def unload_batch(connection: psycopg.Connection, batch_id: str) -> None:
    """Take a batch out of raw again and set it back to ``landed``, so that it can be loaded anew.

    What was rejected stays in ``ops.rejected_records``; the next load overwrites or supersedes it.
    """
    batch = get_batch(connection, batch_id)
    lock_resource(connection, batch.source, batch.resource)
    get_batch(connection, batch_id, lock=True)
    connection.execute(
        sql.SQL("delete from raw.{} where batch_id = %s").format(sql.Identifier(batch.table)), [batch_id]
    )
    connection.execute("delete from ops.sightings where batch_id = %s", [batch_id])
    connection.execute("delete from ops.rejected_counts where batch_id = %s", [batch_id])
    connection.execute("delete from ops.rejected_fields where batch_id = %s", [batch_id])
    drop_deferred(connection, batch_id)
    connection.execute(
        """
        update ops.batches
        set state = 'landed', rows_loaded = null, rows_duplicate = null, rows_rejected = null,
            fields_rejected = null, loaded_at = null, gated_at = null, built_at = null, state_reason = null
        where batch_id = %s
        """,
        [batch_id],
    )


def _load_chunks(
    connection: psycopg.Connection,
    manifest: Manifest,
    resource: Resource,
    chunks: Iterator[Chunk],
    held: HeldRecords,
    *,
    is_sealed: bool,
) -> BatchCounts:
    """Store every chunk's new rows, refusals and sightings, and count them.

    The server stores one chunk's rows while this process prepares the next.
    """
    read = loaded = rejected = 0
    rejected_fields = RejectedFields(connection, manifest)
    chunk = next(chunks, None)
    while chunk is not None:
        duplicates = held.find(chunk)
        new = [row for position, row in enumerate(chunk.rows) if position not in duplicates]
        write_refusals(connection, manifest, chunk.refusals)
        rejected_fields.write(chunk, duplicates)
        if resource.is_snapshot:
            _write_sightings(connection, manifest, chunk)
        read, loaded, rejected = read + chunk.read, loaded + len(new), rejected + chunk.refused
        with ExitStack() as storing:
            storing.enter_context(copying_rows(connection, resource.table, new))
            if is_sealed:
                storing.close()  # opening a sealed record may ask the database, which an open COPY forbids
            chunk = next(chunks, None)
    return BatchCounts(read, loaded, read - loaded - rejected, rejected, rejected_fields.count)


def _write_sightings(connection: psycopg.Connection, manifest: Manifest, chunk: Chunk) -> None:
    """Note every record of a snapshot as seen, new or not, but for those of a part that is from the cache.

    What a whole batch from the cache shows was seen when that was fetched, which is the batch's own instant.
    """
    stale = [part for part, state in manifest.parts.items() if state == "stale"]
    connection.execute(
        """
        insert into ops.sightings (batch_id, source, resource, record_key, content_hash, seen_at, part)
        select %s, %s, %s, record_key, content_hash, %s::timestamptz, part
        from unnest(%s::text[], %s::text[], %s::text[]) as seen (record_key, content_hash, part)
        where part is null or part <> all(%s::text[])
        on conflict do nothing
        """,
        [
            manifest.batch_id,
            manifest.source,
            manifest.resource,
            manifest.fetched_at,
            chunk.keys,
            chunk.hashes,
            chunk.parts,
            stale,
        ],
    )
