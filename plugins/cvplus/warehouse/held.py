"""Which records of a batch the warehouse holds already."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import psycopg
from psycopg import sql

from cvplus.lake.manifest import Manifest
from cvplus.resources import Resource
from cvplus.warehouse.incoming import Chunk

# Bits of the memory of what a first batch has brought: 8 MB, however large the batch.
SEEN_BITS = 1 << 26
# An answer that two runs were given at once, one of them from the cache, was fetched at two instants that lie
# so far apart at most. The copy with the later one is kept, so nothing is known before it was.
SAME_ANSWER = timedelta(minutes=1)


class HeldRecords:
    """Says of a batch's records, chunk by chunk, which are in raw already and need no row of this batch.

    Held is what the batch itself brought in an earlier chunk (the row then takes the earlier ``known_at``),
    and what a batch not in quarantine holds with a ``known_at`` no later (of what is observed: no more than a
    minute later), unless another version of the
    record came in between: then this one has returned, and is news. Where all of those are still to be gated,
    the batch's claim is noted (:mod:`.duplicates`). The caller holds the resource's lock from before this is
    made.
    """

    def __init__(self, connection: psycopg.Connection, resource: Resource, manifest: Manifest) -> None:
        self._connection = connection
        self._resource = resource
        self._table = sql.Identifier(resource.table)
        self._batch_id = manifest.batch_id
        self._leeway = SAME_ANSWER if resource.known_at.rule == "observed" else timedelta(0)
        ((is_first,),) = connection.execute(
            sql.SQL("select not exists (select from raw.{})").format(self._table)
        ).fetchall()
        self._seen = bytearray(SEEN_BITS // 8) if is_first else None
        self._has_claims = False

    def find(self, chunk: Chunk) -> set[int]:
        """Positions in the chunk of the records that are held."""
        positions = self._perhaps_held(chunk)
        if not positions:
            return set()
        repeated: list[int] = []
        to_be_gated: dict[int, str] = {}
        safe: set[int] = set()
        for asked, batch_id, state, kept_at in self._ask(chunk, positions):
            position = positions[asked]
            if batch_id == self._batch_id:
                repeated.append(position)
            elif kept_at > chunk.instants[position] + self._leeway:
                continue
            elif state == "loaded":
                to_be_gated.setdefault(position, batch_id)
            else:
                safe.add(position)
        safe.update(repeated)
        if self._resource.known_at.rule != "observed":
            self._keep_earliest(chunk, repeated)
        self._claim(chunk, {position: by for position, by in to_be_gated.items() if position not in safe})
        return safe | to_be_gated.keys()

    def _perhaps_held(self, chunk: Chunk) -> Sequence[int]:
        """Positions worth asking about: all, or when the table was empty those that may be repetitions.

        A part of each hash is remembered as one bit: what was never seen is certainly new, and what was is
        asked about, rightly or not.
        """
        seen = self._seen
        if seen is None:
            return range(len(chunk.rows))
        perhaps = []
        for position, content_hash in enumerate(chunk.hashes):
            place = int(content_hash[:7], 16) & (SEEN_BITS - 1)
            mask = 1 << (place & 7)
            if seen[place >> 3] & mask:
                perhaps.append(position)
            else:
                seen[place >> 3] |= mask
        return perhaps

    def _ask(self, chunk: Chunk, positions: Sequence[int]) -> list[tuple[int, str, str, datetime]]:
        """Who holds the records: index into ``positions``, batch, its state and ``known_at``, by batch."""
        # Arrays in the binary format: psycopg quotes each element in the text format, which costs more than
        # the whole question. The primary key answers it record by record, however large the table is.
        return self._connection.execute(
            sql.SQL(
                """
                select (incoming.position - 1)::integer, kept.batch_id, batches.state, kept.known_at
                from unnest(%b::text[], %b::text[], %b::timestamptz[])
                    with ordinality as incoming (record_key, content_hash, known_at, position)
                cross join lateral (
                    select batch_id, known_at from raw.{table} as same
                    where same.record_key = incoming.record_key and same.content_hash = incoming.content_hash
                    offset 0
                ) as kept
                join ops.batches using (batch_id)
                join ops.batches as own on own.batch_id = %s
                where kept.batch_id = own.batch_id or (
                    batches.state in ('loaded', 'accepted', 'released') and not exists (
                        select from raw.{table} as other
                        join ops.batches as others using (batch_id)
                        where other.record_key = incoming.record_key
                            and other.content_hash <> incoming.content_hash
                            and other.batch_id <> own.batch_id
                            and others.state in ('loaded', 'accepted', 'released')
                            and (other.known_at, others.landed_at, others.batch_id)
                                > (kept.known_at, batches.landed_at, batches.batch_id)
                            and (other.known_at, others.landed_at, others.batch_id)
                                < (incoming.known_at, own.landed_at, own.batch_id)
                    )
                )
                order by kept.batch_id
                """
            ).format(table=self._table),
            [*_identities(chunk, positions), self._batch_id],
        ).fetchall()

    def _keep_earliest(self, chunk: Chunk, positions: Sequence[int]) -> None:
        """Of records repeated within the batch, let the one kept carry the earliest ``known_at``."""
        if not positions:
            return
        self._connection.execute(
            sql.SQL(
                """
                update raw.{table} as kept set known_at = repeated.known_at
                from unnest(%s::text[], %s::text[], %s::timestamptz[])
                    as repeated (record_key, content_hash, known_at)
                where kept.batch_id = %s and kept.record_key = repeated.record_key
                    and kept.content_hash = repeated.content_hash and kept.known_at > repeated.known_at
                """
            ).format(table=self._table),
            [*_identities(chunk, positions), self._batch_id],
        )

    def _claim(self, chunk: Chunk, holders: Mapping[int, str]) -> None:
        """Note at which batch each record is held; of repeated records, the one known first counts."""
        if not holders:
            return
        self._has_claims = True
        self._connection.execute(
            """
            insert into ops.deferred_duplicates as claim (
                batch_id, record_key, content_hash, known_at, held_by
            )
            select %s, record_key, content_hash, known_at, held_by
            from unnest(%s::text[], %s::text[], %s::timestamptz[], %s::text[])
                as deferred (record_key, content_hash, known_at, held_by)
            on conflict (batch_id, record_key, content_hash) do update
            set held_by = excluded.held_by, known_at = excluded.known_at
            where excluded.known_at < claim.known_at
            """,
            [self._batch_id, *_identities(chunk, list(holders)), list(holders.values())],
        )

    def drop_void_claims(self) -> None:
        """Forget claims on records that a later chunk brought again, known earlier, and that got a row."""
        if not self._has_claims:
            return
        self._connection.execute(
            sql.SQL(
                """
                delete from ops.deferred_duplicates as claim using raw.{table} as kept
                where claim.batch_id = %(batch)s and kept.batch_id = %(batch)s
                    and kept.record_key = claim.record_key and kept.content_hash = claim.content_hash
                """
            ).format(table=self._table),
            {"batch": self._batch_id},
        )


def _identities(chunk: Chunk, positions: Sequence[int]) -> tuple[list[str], list[str], list[datetime]]:
    """Keys, hashes and instants at the positions."""
    return (
        [chunk.keys[position] for position in positions],
        [chunk.hashes[position] for position in positions],
        [chunk.instants[position] for position in positions],
    )
