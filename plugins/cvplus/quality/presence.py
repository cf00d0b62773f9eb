"""How many rows came, and in how many each watched column is filled: counted, kept, and compared."""

from collections.abc import Mapping, Sequence

import psycopg

from cvplus.quality.gate_validation import Check
from cvplus.quality.history import Presence, Volume, load_history_limits, presence_check, volume_check
from cvplus.quality.suites import Suite, Watched
from cvplus.warehouse.batches import Batch
from cvplus.warehouse.declared import resource_named


def count_presence(
    connection: psycopg.Connection, suite: Suite, batch_id: str | None = None
) -> dict[Watched, Presence]:
    """Rows, and filled rows, of all that is watched of a batch or a table.

    A blank text, the word ``null`` and an empty list or object fill nothing.
    """
    if not suite.watched:
        return {}
    counts = ", ".join(f"count(*) filter (where {_is_filled(item.sql)})" for item in suite.watched)
    query = f'select count(*), {counts} from {suite.layer}."{suite.table}"'
    condition, values = ("", []) if batch_id is None else (" where batch_id = %s", [batch_id])
    row = connection.execute(query.replace("%", "%%") + condition, values).fetchone()
    rows, *filled = row or (0, *(0 for _ in suite.watched))
    return {item: Presence(rows, count) for item, count in zip(suite.watched, filled, strict=True)}


def history_checks(
    connection: psycopg.Connection, suite: Suite, batch: Batch, counted: Mapping[Watched, Presence]
) -> list[Check]:
    """The checks of a batch against the last good batches of its resource."""
    limits = load_history_limits()
    is_snapshot = resource_named(batch.source, batch.resource).is_snapshot
    good = connection.execute(
        """
        select batch_id, rows_read, window_start, window_end, %s and not is_partial as is_whole
        from ops.batches
        where source = %s and resource = %s and state in ('accepted', 'released') and not is_stale
          and batch_id <> %s
        order by fetched_at desc, batch_id
        limit %s
        """,
        [is_snapshot, batch.source, batch.resource, batch.batch_id, limits.batches_remembered],
    ).fetchall()
    row = connection.execute(
        "select %s and not is_partial from ops.batches where batch_id = %s", [is_snapshot, batch.batch_id]
    ).fetchone()
    now = Volume(batch.rows_read, batch.window_start, batch.window_end, bool(row and row[0]))
    volume = volume_check(now, [Volume(*numbers) for _, *numbers in good], limits)
    return [
        *([volume] if volume else []),
        *_presence_checks(connection, suite, counted, [batch_id for batch_id, *_ in good]),
    ]


def table_history_checks(
    connection: psycopg.Connection, suite: Suite, counted: Mapping[Watched, Presence]
) -> list[Check]:
    """The checks of a table against the last builds of it that passed."""
    runs = connection.execute(
        """
        select subject from ops.column_presence where suite = %s
        group by subject order by max(counted_at) desc, subject limit %s
        """,
        [suite.name, load_history_limits().batches_remembered],
    ).fetchall()
    return _presence_checks(connection, suite, counted, [subject for (subject,) in runs])


def keep_presence(
    connection: psycopg.Connection, suite: Suite, subject: str, counted: Mapping[Watched, Presence]
) -> None:
    """Write what was counted down, under the batch's id or that of the run that looked at the table."""
    connection.cursor().executemany(
        """
        insert into ops.column_presence (suite, subject, column_name, rows_count, filled_count)
        values (%s, %s, %s, %s, %s)
        on conflict (suite, subject, column_name)
        do update set
            rows_count = excluded.rows_count, filled_count = excluded.filled_count, counted_at = now()
        """,
        [(suite.name, subject, item.name, now.rows, now.filled) for item, now in counted.items()],
    )


def _presence_checks(
    connection: psycopg.Connection, suite: Suite, counted: Mapping[Watched, Presence], subjects: Sequence[str]
) -> list[Check]:
    remembered: dict[str, list[Presence]] = {}
    for column, rows, filled in connection.execute(
        """
        select column_name, rows_count, filled_count from ops.column_presence
        where suite = %s and subject = any(%s) and rows_count > 0
        """,
        [suite.name, list(subjects)],
    ).fetchall():
        remembered.setdefault(column, []).append(Presence(rows, filled))
    limits = load_history_limits()
    return [
        presence_check(watched, now, remembered.get(watched.name, []), limits)
        for watched, now in counted.items()
        if now.rows
    ]


def _is_filled(expression: str) -> str:
    return f"coalesce(btrim(({expression})::text), '') not in ('', 'null', '[]', '{{}}')"
