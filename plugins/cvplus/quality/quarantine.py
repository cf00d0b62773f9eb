"""Batches in quarantine: look at them, release them, replay them.

The command line is ``make quarantine`` (:mod:`cvplus.quality.quarantine_commands`).
"""

from pathlib import Path

import psycopg

from cvplus.lake.store import Lake
from cvplus.operations.alerts import close_alert
from cvplus.quality.gate import GateOutcome, gate_batches
from cvplus.resources import Resource
from cvplus.warehouse.batches import Batch, BatchStateConflict, get_batch, lock_resource
from cvplus.warehouse.connection import connect
from cvplus.warehouse.load import Decode, load_batch, unload_batch


def release_batch(connection: psycopg.Connection, batch_id: str, reason: str, who: str) -> None:
    """Let a quarantined batch through as it is; the next build takes it. Releasing twice changes nothing.

    Args:
        connection: to the warehouse; the caller commits.
        batch_id: the batch.
        reason: why it is good after all; kept in ``state_reason``.
        who: who decided.

    Raises:
        BatchStateConflict: the batch is not in quarantine.
    """
    known = get_batch(connection, batch_id)
    lock_resource(connection, known.source, known.resource)
    batch = get_batch(connection, batch_id, lock=True)
    if batch.state == "released":
        return
    if batch.state != "quarantined":
        raise _not_in_quarantine(batch, "released")
    connection.execute(
        """
        update ops.batches
        set state = 'released', state_reason = %s, gated_at = now(), built_at = null
        where batch_id = %s
        """,
        [f"Released by {who}: {reason} (It was quarantined: {batch.state_reason})", batch_id],
    )
    close_alert(connection, "batch_quarantined", batch_id)


def replay_batch(
    connection_url: str,
    lake: Lake,
    batch_id: str,
    resource: Resource,
    reason: str,
    who: str,
    docs_folder: Path,
    decode: Decode | None = None,
) -> GateOutcome:
    """Load a quarantined batch from the lake again, with today's declaration and suite, and gate it anew.

    The lake's file is never changed, so this helps once the *declaration*, the suite or the code was
    mended. Records that were rejected and are used now get ``replayed_at``. Killed half way, the
    batch is ``landed`` or ``loaded``, and the same call goes on from there.

    Raises:
        BatchStateConflict: the batch is visible already.
        LakeFailure, ConfigurationError, WarehouseUnavailable: as the load and the gate say.
    """
    with connect(connection_url) as connection:
        batch = get_batch(connection, batch_id)
        if batch.state in ("accepted", "released"):
            raise _not_in_quarantine(batch, "replayed")
        manifest = lake.read_manifest(batch.lake_path)
        unload_batch(connection, batch_id)
        load_batch(connection, lake, manifest, resource, decode)
    outcome = next(
        found for found in gate_batches(connection_url, [batch_id], docs_folder) if found.batch_id == batch_id
    )
    with connect(connection_url) as connection:
        connection.execute(
            """
            update ops.batches set state_reason = concat_ws(' ', %s::text, state_reason) where batch_id = %s
            """,
            [f"Replayed by {who}: {reason}", batch_id],
        )
    return outcome


def _not_in_quarantine(batch: Batch, wanted: str) -> BatchStateConflict:
    return BatchStateConflict(
        cause=f"The batch is {batch.state}; only a quarantined one can be {wanted}.",
        remedy="See its row in ops.batches; a landed or loaded one goes on when its run is repeated.",
        where=batch.where,
    )
