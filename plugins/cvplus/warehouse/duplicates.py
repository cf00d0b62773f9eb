"""Duplicates of a batch that the gate has not judged yet.

A record that a *loaded* batch holds already is a duplicate, and is not stored again. Should that other
batch end in quarantine, the record would be lost to staging although a good batch delivered it too. So
the claim (:mod:`.held` notes it) is remembered until the gate has decided; then it is dropped, or the
record is handed over.
"""

import psycopg
from psycopg import sql

from cvplus.warehouse.batches import Batch


def drop_deferred(connection: psycopg.Connection, batch_id: str) -> None:
    """Forget what a batch claims, once it is unloaded."""
    connection.execute("delete from ops.deferred_duplicates where batch_id = %s", [batch_id])


def settle_accepted(connection: psycopg.Connection, batch: Batch) -> None:
    """The batch was accepted: what it holds is safe, so claims on it are void."""
    connection.execute("delete from ops.deferred_duplicates where held_by = %s", [batch.batch_id])


def hand_over(connection: psycopg.Connection, batch: Batch) -> list[str]:
    """The batch goes into quarantine: give its rows to the batches that delivered the same records.

    The receivers' accounts move from duplicate to loaded, and one that was accepted already returns to
    ``loaded``, since these rows have not been through a gate. The caller holds the resource's lock.

    Returns:
        Ids of the batches that received rows; they must be gated (again).
    """
    received = connection.execute(
        sql.SQL(
            """
            with handed as (
                insert into raw.{table} (record_key, content_hash, batch_id, known_at, record)
                select kept.record_key, kept.content_hash, claim.batch_id, claim.known_at, kept.record
                from ops.deferred_duplicates as claim
                join raw.{table} as kept
                    on kept.batch_id = claim.held_by and kept.record_key = claim.record_key
                    and kept.content_hash = claim.content_hash
                where claim.held_by = %(batch)s
                on conflict do nothing
                returning batch_id
            ),
            received as (select batch_id, count(*) as rows from handed group by batch_id)
            update ops.batches set
                rows_loaded = rows_loaded + received.rows, rows_duplicate = rows_duplicate - received.rows,
                state = case state when 'quarantined' then state else 'loaded' end,
                gated_at = case state when 'quarantined' then gated_at end,
                built_at = null
            from received where batches.batch_id = received.batch_id
            returning batches.batch_id, batches.state
            """
        ).format(table=sql.Identifier(batch.table)),
        {"batch": batch.batch_id},
    ).fetchall()
    connection.execute("delete from ops.deferred_duplicates where held_by = %s", [batch.batch_id])
    return [batch_id for batch_id, state in received if state == "loaded"]
