"""Records that a batch brought and the warehouse could not use: kept, with the reason."""

from collections.abc import Mapping, Sequence

import psycopg

from cvplus.lake.manifest import Manifest
from cvplus.warehouse.incoming import Refusal


def assume_replayed(connection: psycopg.Connection, manifest: Manifest) -> None:
    """Mark what an earlier load of the batch rejected as used now; what is rejected again loses the mark."""
    connection.execute(
        "update ops.rejected_records set replayed_at = now() where batch_id = %s and replayed_at is null",
        [manifest.batch_id],
    )


def write_refusals(connection: psycopg.Connection, manifest: Manifest, refusals: Sequence[Refusal]) -> None:
    """Write refused records; one that an earlier load rejected too is written over."""
    if not refusals:
        return
    connection.execute(
        """
        insert into ops.rejected_records (
            batch_id, record_number, source, resource, record_key, reason_code, reason, record
        )
        select %s, record_number, %s, %s, record_key, reason_code, reason, record
        from unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
            as refused (record_number, record_key, reason_code, reason, record)
        on conflict (batch_id, record_number) do update set
            record_key = excluded.record_key, reason_code = excluded.reason_code,
            reason = excluded.reason, record = excluded.record, rejected_at = now(), replayed_at = null
        """,
        [
            manifest.batch_id,
            manifest.source,
            manifest.resource,
            [refusal.record_number for refusal in refusals],
            [refusal.record_key for refusal in refusals],
            [refusal.reason_code for refusal in refusals],
            [refusal.reason for refusal in refusals],
            [refusal.record for refusal in refusals],
        ],
    )


def write_counts(connection: psycopg.Connection, manifest: Manifest, counts: Mapping[str, int]) -> None:
    """Write how many records of each reason a load has rejected; unloading the batch removes it again."""
    if not counts:
        return
    connection.execute(
        """
        insert into ops.rejected_counts (batch_id, reason_code, records)
        select %s, reason_code, records
        from unnest(%s::text[], %s::bigint[]) as counted (reason_code, records)
        """,
        [manifest.batch_id, list(counts), list(counts.values())],
    )
