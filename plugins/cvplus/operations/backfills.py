"""Backfills as declared records: which range, why, who, what it would do, and how it went."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import uuid4

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from cvplus.errors import PermanentError

BackfillState = Literal["declared", "running", "complete", "failed"]

# A failed backfill may run again: windows are idempotent, so it repeats what is missing.
ALLOWED_CHANGES: dict[BackfillState, tuple[BackfillState, ...]] = {
    "declared": ("running", "failed"),
    "running": ("complete", "failed"),
    "failed": ("running",),
    "complete": (),
}


class BackfillRefused(PermanentError):
    """A backfill that cannot be declared, or cannot change to that state."""

    code = "backfill_refused"


@dataclass(frozen=True)
class Backfill:
    """One row of ``ops.backfills``; ``from_date`` and ``to_date`` are both inside the range."""

    backfill_id: str
    dag_id: str | None
    from_date: date
    to_date: date
    reason: str
    declared_by: str
    state: BackfillState
    dry_run: dict[str, Any]
    declared_at: datetime
    finished_at: datetime | None


def declare_backfill(
    connection: psycopg.Connection,
    dag_id: str | None,
    from_date: date,
    to_date: date,
    reason: str,
    who: str,
    dry_run: dict[str, Any],
) -> str:
    """Write down a backfill before it runs.

    Args:
        connection: to the warehouse; the caller commits.
        dag_id: the DAG whose windows run again; ``None`` for every ingest DAG.
        from_date: first day of the range.
        to_date: last day of the range, included.
        reason: why, for the record.
        who: who asked for it.
        dry_run: what it would do (windows, rows there now).

    Returns:
        The backfill's id.

    Raises:
        BackfillRefused: the range is empty or in the future, the reason is missing, or another backfill
            of the same DAG is declared or running on some of these days.
    """
    problem = _refusal(connection, dag_id, from_date, to_date, reason)
    if problem:
        raise BackfillRefused(cause=problem, remedy="See ops.backfills and docs/backfill.md.")
    backfill_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    connection.execute(
        """
        insert into ops.backfills (
            backfill_id, dag_id, from_date, to_date, reason, declared_by, state, dry_run
        )
        values (%s, %s, %s, %s, %s, %s, 'declared', %s)
        """,
        [backfill_id, dag_id, from_date, to_date, reason, who, Jsonb(dry_run)],
    )
    return backfill_id


def get_backfill(connection: psycopg.Connection, backfill_id: str) -> Backfill:
    """Read one backfill.

    Raises:
        BackfillRefused: when there is none of that id.
    """
    with connection.cursor(row_factory=class_row(Backfill)) as cursor:
        cursor.execute(
            """
            select backfill_id, dag_id, from_date, to_date, reason, declared_by, state, dry_run,
                declared_at, finished_at
            from ops.backfills where backfill_id = %s for update
            """,
            [backfill_id],
        )
        backfill = cursor.fetchone()
    if backfill is None:
        raise BackfillRefused(
            cause=f"No backfill {backfill_id} was declared.", remedy="List them in ops.backfills."
        )
    return backfill


def change_backfill_state(connection: psycopg.Connection, backfill_id: str, state: BackfillState) -> None:
    """Move a backfill to its next state; the state that it has already is no change.

    Raises:
        BackfillRefused: when the states do not follow each other.
    """
    current = get_backfill(connection, backfill_id).state
    if current == state:
        return
    if state not in ALLOWED_CHANGES[current]:
        raise BackfillRefused(
            cause=f"Backfill {backfill_id} is {current} and cannot become {state}.",
            remedy="Declare a new one for the same range.",
        )
    connection.execute(
        """
        update ops.backfills
        set state = %(state)s,
            finished_at = case when %(state)s in ('complete', 'failed') then now() end
        where backfill_id = %(backfill_id)s
        """,
        {"state": state, "backfill_id": backfill_id},
    )


def _refusal(
    connection: psycopg.Connection, dag_id: str | None, from_date: date, to_date: date, reason: str
) -> str | None:
    """Why this backfill may not be declared, as a sentence; ``None`` when it may."""
    if from_date > to_date:
        return f"The range is empty: it begins on {from_date} and ends on {to_date}."
    if to_date > datetime.now(UTC).date():
        return f"The range ends on {to_date}, which is still to come."
    if not reason.strip():
        return "A backfill needs a reason."
    other = connection.execute(
        """
        select backfill_id, state, from_date, to_date from ops.backfills
        where state in ('declared', 'running') and from_date <= %(to)s and to_date >= %(from)s
            and (dag_id is null or %(dag)s::text is null or dag_id = %(dag)s)
        limit 1
        """,
        {"from": from_date, "to": to_date, "dag": dag_id},
    ).fetchone()
    if other is not None:
        return f"Backfill {other[0]} is {other[1]} for {other[2]} to {other[3]}, which overlaps."
    return None
