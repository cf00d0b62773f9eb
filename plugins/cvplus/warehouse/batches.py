"""Batches in the warehouse: their row in ``ops.batches``, their states, and the locks that guard both.

States: ``landed`` (in the lake) -> ``loaded`` (in raw) -> ``accepted`` or ``quarantined`` (by the gate);
``quarantined`` -> ``released`` by a person. Only accepted and released batches are seen by staging.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import psycopg
from psycopg.rows import class_row

from cvplus.errors import PermanentError, Where
from cvplus.lake.manifest import Manifest

State = Literal["landed", "loaded", "accepted", "quarantined", "released"]
VISIBLE_STATES: tuple[State, ...] = ("accepted", "released")

_COLUMNS = """batch_id, source, resource, window_start, window_end, rows_read, rows_loaded, rows_duplicate,
    rows_rejected, state, state_reason, lake_path, fetched_at, landed_at, loaded_at, gated_at,
    (
        select coalesce(sum(records), 0)::bigint from ops.rejected_counts
        where rejected_counts.batch_id = batches.batch_id and reason_code = 'file_cut'
    ) as files_cut"""


class BatchUnknown(PermanentError):
    """``ops.batches`` has no such batch."""

    code = "batch_unknown"


class BatchStateConflict(PermanentError):
    """The batch is not in a state from which this step can start."""

    code = "batch_state_conflict"


@dataclass(frozen=True)
class Batch:
    """One row of ``ops.batches``; ``files_cut``: how many of ``rows_rejected`` are where a file was cut."""

    batch_id: str
    source: str
    resource: str
    window_start: datetime
    window_end: datetime
    rows_read: int
    rows_loaded: int | None
    rows_duplicate: int | None
    rows_rejected: int | None
    state: State
    state_reason: str | None
    lake_path: str
    fetched_at: datetime
    landed_at: datetime
    loaded_at: datetime | None
    gated_at: datetime | None
    files_cut: int = 0

    @property
    def table(self) -> str:
        """Name of its raw table, in schema ``raw``."""
        return f"{self.source}__{self.resource}"

    @property
    def where(self) -> Where:
        """Its place, for errors."""
        return Where(source=self.source, resource=self.resource, batch_id=self.batch_id)


def register_landed(connection: psycopg.Connection, manifest: Manifest) -> None:
    """Write the batch's row as ``landed``; a batch that is known already stays as it is."""
    connection.execute(
        """
        insert into ops.batches (
            batch_id, source, resource, window_start, window_end, rows_read, bytes, checksum,
            known_at_rule, is_stale, is_partial, note, state, lake_path, fetched_at
        )
        values (
            %(batch_id)s, %(source)s, %(resource)s, %(start)s, %(end)s, %(rows_read)s, %(bytes)s,
            %(checksum)s, %(known_at_rule)s, %(is_stale)s, %(is_partial)s, %(note)s, 'landed', %(lake_path)s,
            %(fetched_at)s
        )
        on conflict (batch_id) do nothing
        """,
        {
            **manifest.model_dump(exclude={"window", "parts", "rejected_by_reason"}),
            "start": manifest.window.start,
            "end": manifest.window.end,
        },
    )
    if manifest.parts:
        connection.execute(
            """
            insert into ops.snapshot_parts (batch_id, part, state)
            select %s, part, state from unnest(%s::text[], %s::text[]) as told (part, state)
            on conflict do nothing
            """,
            [manifest.batch_id, list(manifest.parts), list(manifest.parts.values())],
        )


def get_batch(connection: psycopg.Connection, batch_id: str, *, lock: bool = False) -> Batch:
    """Read one batch; with ``lock``, hold its row until the transaction ends.

    Raises:
        BatchUnknown: when there is none of that id.
    """
    with connection.cursor(row_factory=class_row(Batch)) as cursor:
        cursor.execute(
            f"select {_COLUMNS} from ops.batches where batch_id = %s {'for update' if lock else ''}",
            [batch_id],
        )
        batch = cursor.fetchone()
    if batch is None:
        raise BatchUnknown(
            cause="The warehouse has no batch of this id.",
            remedy="List them: `make quarantine ARGS='list --all'`, or see ops.batches.",
            where=Where(batch_id=batch_id),
        )
    return batch


def lock_resource(connection: psycopg.Connection, source: str, resource: str) -> None:
    """Wait for, and hold until the transaction ends, the lock under which a resource's rows change.

    Whoever decides what is a duplicate, or changes which batches count, holds it; so two batches with
    the same records cannot both take the other for not yet there.
    """
    connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{source}.{resource}"])
