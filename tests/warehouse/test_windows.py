"""A pass of the chain reads each source from where its accepted batches end."""

from datetime import UTC, datetime

import psycopg

from cvplus.runtime.windows import next_windows

START, MIDDLE, END = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3, 6))


def add_batch(connection: psycopg.Connection, source: str, end: datetime, state: str) -> None:
    connection.execute(
        """
        insert into ops.batches (batch_id, source, resource, window_start, window_end, rows_read, rows_loaded,
            rows_duplicate, rows_rejected, bytes, checksum, known_at_rule, state, lake_path, fetched_at)
        values (%s, %s, 'things', %s, %s, 1, 1, 0, 0, 1, 'x', 'observed', %s, 'x', now())
        """,
        [f"{source}-{end:%m}-{state}", source, START, end, state],
    )


def test_windows_go_on_from_what_was_accepted(warehouse: psycopg.Connection) -> None:
    add_batch(warehouse, "half", MIDDLE, "accepted")
    add_batch(warehouse, "done", END, "released")
    add_batch(warehouse, "bad", END, "quarantined")
    windows = next_windows(warehouse, ["half", "done", "bad", "new"], START, END)
    assert windows == {"half": (MIDDLE, END), "bad": (START, END), "new": (START, END)}


def test_a_window_is_read_again_while_a_provider_that_was_away_owes_an_answer(
    warehouse: psycopg.Connection,
) -> None:
    for source, code, age in (
        ("away", "source_unavailable", "1 hour"),
        ("gone", "source_unavailable", "2 days"),
        ("refused", "configuration_invalid", "1 hour"),
    ):
        add_batch(warehouse, source, MIDDLE, "accepted")
        add_batch(warehouse, source, END, "accepted")
        warehouse.execute(
            """
            insert into ops.failed_asks (source, resource, ask, reason_code, reason, first_failed_at)
            values (%s, 'things', 'board=a', %s, 'why', now() - %s::interval)
            """,
            [source, code, age],
        )
    assert next_windows(warehouse, ["away", "gone", "refused"], START, END) == {"away": (START, END)}
