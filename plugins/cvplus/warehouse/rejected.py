"""Records, and values of theirs, that a batch brought and the warehouse could not use: with the reason."""

from collections.abc import Container, Mapping, Sequence

import psycopg

from cvplus.lake.manifest import Manifest
from cvplus.values.spans import load_spans
from cvplus.warehouse.incoming import Chunk, Refusal
from cvplus.warehouse.masking import mask_text, shown_text


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


class RejectedFields:
    """The values that were set aside of a batch's new records: all counted, a bounded number of them written.

    ``count``: how many there were. A record that is held already told of its fields when it came first.
    """

    def __init__(self, connection: psycopg.Connection, manifest: Manifest) -> None:
        self._connection = connection
        self._manifest = manifest
        self._left = load_spans().most_rows_a_batch
        self.count = 0

    def write(self, chunk: Chunk, duplicates: Container[int]) -> None:
        """Count and write those of a chunk; ``duplicates`` are positions of rows that are held already."""
        rows = [
            (number, chunk.keys[position], found.field, found.reason_code, found.reason, found.value)
            for position, (number, fields) in chunk.rejected_fields.items()
            if position not in duplicates
            for found in {found.field: found for found in reversed(fields)}.values()
        ]
        self.count += len(rows)
        rows = rows[: self._left]
        if not rows:
            return
        self._left -= len(rows)
        numbers, *texts = zip(*rows, strict=True)
        keys, fields, codes, reasons, values = (
            [None if text is None else mask_text(shown_text(text)) for text in column] for column in texts
        )
        self._connection.execute(
            """
            insert into ops.rejected_fields (
                batch_id, record_number, source, resource, record_key, field, reason_code, reason, value
            )
            select %s, record_number, %s, %s, record_key, field, reason_code, reason, value
            from unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
                with ordinality
                as refused (record_number, record_key, field, reason_code, reason, value, place)
            order by place
            on conflict do nothing
            """,
            [
                self._manifest.batch_id,
                self._manifest.source,
                self._manifest.resource,
                list(numbers),
                keys,
                fields,
                codes,
                reasons,
                values,
            ],
        )
