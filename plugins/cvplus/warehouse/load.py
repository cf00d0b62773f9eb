"""Load a landed batch into raw: one transaction, a stream in constant memory, an account that adds up."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from cvplus.lake.manifest import Manifest
from cvplus.lake.store import Lake
from cvplus.resources import Resource
from cvplus.warehouse.batches import get_batch, lock_resource, register_landed
from cvplus.warehouse.duplicates import drop_deferred, remember_deferred
from cvplus.warehouse.incoming import Decode, copy_to_incoming, count_incoming


@dataclass(frozen=True)
class BatchCounts:
    """The account of a loaded batch: ``read = loaded + duplicate + rejected``."""

    read: int
    loaded: int
    duplicate: int
    rejected: int


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
    with connection.transaction():
        register_landed(connection, manifest)
        batch = get_batch(connection, manifest.batch_id, lock=True)
        if batch.state != "landed":
            return BatchCounts(
                batch.rows_read, batch.rows_loaded or 0, batch.rows_duplicate or 0, batch.rows_rejected or 0
            )
        copy_to_incoming(connection, lake, manifest, resource, decode)
        read, rejected = count_incoming(connection, manifest)
        lock_resource(connection, resource.source, resource.name)
        loaded = _move_to_raw(connection, resource, manifest)
        duplicate = read - rejected - loaded
        if duplicate:
            _keep_earliest(connection, resource, manifest)
            remember_deferred(connection, resource, manifest)
        _write_rejected(connection, manifest)
        if resource.is_snapshot:
            _write_sightings(connection, manifest)
        connection.execute(
            """
            update ops.batches
            set state = 'loaded', rows_loaded = %s, rows_duplicate = %s, rows_rejected = %s, loaded_at = now()
            where batch_id = %s
            """,
            [loaded, duplicate, rejected, manifest.batch_id],
        )
        connection.execute("drop table pg_temp.incoming")
    return BatchCounts(read, loaded, duplicate, rejected)


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
    drop_deferred(connection, batch_id)
    connection.execute(
        """
        update ops.batches
        set state = 'landed', rows_loaded = null, rows_duplicate = null, rows_rejected = null,
            loaded_at = null, gated_at = null, built_at = null, state_reason = null
        where batch_id = %s
        """,
        [batch_id],
    )


def _move_to_raw(connection: psycopg.Connection, resource: Resource, manifest: Manifest) -> int:
    """Insert what is new; repeated records within the batch meet the primary key. Returns rows inserted."""
    return connection.execute(
        sql.SQL(
            """
            insert into raw.{table} (record_key, content_hash, batch_id, known_at, record)
            select incoming.record_key, incoming.content_hash, %(batch)s, incoming.known_at, incoming.record
            from pg_temp.incoming
            where incoming.reason_code is null and not exists (
                select 1 from raw.{table} as kept join ops.batches using (batch_id)
                where kept.record_key = incoming.record_key
                    and kept.content_hash = incoming.content_hash
                    and kept.known_at <= incoming.known_at
                    and batches.state in ('loaded', 'accepted', 'released')
            )
            on conflict do nothing
            """
        ).format(table=sql.Identifier(resource.table)),
        {"batch": manifest.batch_id},
    ).rowcount


def _keep_earliest(connection: psycopg.Connection, resource: Resource, manifest: Manifest) -> None:
    """Of records repeated within the batch, let the one kept carry the earliest ``known_at``."""
    if resource.known_at.rule == "observed":
        return
    connection.execute(
        sql.SQL(
            """
            update raw.{table} as kept set known_at = earliest.known_at
            from (
                select record_key, content_hash, min(known_at) as known_at
                from pg_temp.incoming where reason_code is null
                group by record_key, content_hash having count(*) > 1
            ) as earliest
            where kept.batch_id = %s and kept.record_key = earliest.record_key
                and kept.content_hash = earliest.content_hash and kept.known_at > earliest.known_at
            """
        ).format(table=sql.Identifier(resource.table)),
        [manifest.batch_id],
    )


def _write_rejected(connection: psycopg.Connection, manifest: Manifest) -> None:
    """Write the rejected records; of an earlier load, those that are used now are marked as replayed."""
    names = {"batch": manifest.batch_id, "source": manifest.source, "resource": manifest.resource}
    connection.execute(
        """
        update ops.rejected_records as earlier set replayed_at = now()
        where earlier.batch_id = %(batch)s and earlier.replayed_at is null and not exists (
            select 1 from pg_temp.incoming
            where incoming.record_number = earlier.record_number and incoming.reason_code is not null
        )
        """,
        names,
    )
    connection.execute(
        """
        insert into ops.rejected_records (
            batch_id, record_number, source, resource, record_key, reason_code, reason, record
        )
        select %(batch)s, record_number, %(source)s, %(resource)s, record_key, reason_code, reason, rejected
        from pg_temp.incoming where reason_code is not null
        on conflict (batch_id, record_number) do update set
            record_key = excluded.record_key, reason_code = excluded.reason_code,
            reason = excluded.reason, record = excluded.record, rejected_at = now(), replayed_at = null
        """,
        names,
    )


def _write_sightings(connection: psycopg.Connection, manifest: Manifest) -> None:
    """Note every record of a snapshot as seen, new or not."""
    connection.execute(
        """
        insert into ops.sightings (batch_id, source, resource, record_key, content_hash, seen_at)
        select distinct %s, %s, %s, record_key, content_hash, %s::timestamptz
        from pg_temp.incoming where reason_code is null
        """,
        [manifest.batch_id, manifest.source, manifest.resource, manifest.fetched_at],
    )
