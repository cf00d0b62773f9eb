"""Freshness, run accounts, alerts and backfills: the rows that tell how the plant is doing."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from batch_maker import TAGS

from cvplus.errors import SourceUnavailable, WarehouseUnavailable
from cvplus.operations.alerts import Rule, close_alert, raise_alert
from cvplus.operations.backfills import (
    BackfillRefused,
    change_backfill_state,
    declare_backfill,
    get_backfill,
)
from cvplus.operations.freshness import (
    raise_freshness_alerts,
    record_resource_state,
    record_source_state,
    register_sources,
)
from cvplus.operations.runs import measured


def add_batch(
    connection: psycopg.Connection,
    age_hours: float,
    state: str = "accepted",
    rows: int = 5,
    is_stale: bool = False,
) -> None:
    """A batch of tags fetched some hours ago."""
    connection.execute(
        """
        insert into ops.batches (
            batch_id, source, resource, window_start, window_end, rows_read, rows_loaded, rows_duplicate,
            rows_rejected, bytes, checksum, known_at_rule, state, lake_path, fetched_at, is_stale
        )
        values (
            gen_random_uuid(), 'stack_overflow', 'tags', now(), now(), %(rows)s, %(rows)s, 0, 0, 1, 'x',
            'observed', %(state)s, 'x', now() - %(age)s * interval '1 hour', %(is_stale)s
        )
        """,
        {"rows": rows, "state": state, "age": age_hours, "is_stale": is_stale},
    )


def states(connection: psycopg.Connection) -> list[str]:
    """States in the freshness view."""
    return [state for (state,) in connection.execute("select state from ops.freshness").fetchall()]


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        ([], "silent"),
        ([(1, "accepted", 5, False)], "fresh"),
        ([(1, "released", 5, False)], "fresh"),
        ([(40, "accepted", 5, False)], "stale"),
        ([(40, "accepted", 5, False), (1, "accepted", 0, False)], "silent"),
        ([(40, "accepted", 5, False), (1, "quarantined", 5, False)], "stale"),
        ([(40, "accepted", 5, False), (1, "accepted", 5, True)], "stale"),
    ],
)
def test_freshness_is_measured_on_the_data(
    warehouse: psycopg.Connection, batches: list[tuple[float, str, int, bool]], expected: str
) -> None:
    register_sources(warehouse, [TAGS])
    for batch in batches:
        add_batch(warehouse, *batch)
    assert states(warehouse) == [expected]


@pytest.mark.parametrize(
    ("time_to_live", "expected"), [(48, ("stale", True, None)), (4, ("silent", True, 6))]
)
def test_an_outage_is_bridged_from_the_last_answer_on_even_if_it_was_empty(
    warehouse: psycopg.Connection, time_to_live: float, expected: tuple[str, bool, int | None]
) -> None:
    register_sources(warehouse, [TAGS])
    add_batch(warehouse, 100)
    add_batch(warehouse, 10, rows=0)
    outage = SourceUnavailable(cause="It is down.", remedy="Wait.")
    record_resource_state(warehouse, "stack_overflow", "tags", outage, time_to_live)
    hours_out = "round(extract(epoch from now() - dropped_out_at) / 3600)"
    row = warehouse.execute(f"select state, is_stale, {hours_out} from ops.freshness").fetchone()
    assert row == expected


def test_a_source_that_is_off_or_failing_says_so_and_registering_again_keeps_it(
    warehouse: psycopg.Connection,
) -> None:
    register_sources(warehouse, [TAGS])
    add_batch(warehouse, 1)
    record_source_state(warehouse, "stack_overflow", "not_configured", "It has no connection.")
    register_sources(warehouse, [TAGS])
    assert states(warehouse) == ["not_configured"]
    record_source_state(warehouse, "stack_overflow", "failing", "It answers 500.")
    assert states(warehouse) == ["failing"]
    record_source_state(warehouse, "stack_overflow", "configured", None)
    assert states(warehouse) == ["fresh"]


def test_a_resource_can_be_off_while_others_of_its_source_are_not(warehouse: psycopg.Connection) -> None:
    register_sources(warehouse, [TAGS, TAGS.model_copy(update={"name": "synonyms"})])
    record_source_state(warehouse, "stack_overflow", "not_configured", "It lacks a key.", ["synonyms"])
    record_source_state(warehouse, "stack_overflow", "not_configured", "It lacks a key.", [])
    rows = warehouse.execute("select resource, state from ops.source_states order by resource").fetchall()
    assert rows == [("synonyms", "not_configured"), ("tags", "configured")]


def test_a_resource_that_nobody_registered_is_seen_all_the_same(warehouse: psycopg.Connection) -> None:
    add_batch(warehouse, 1)
    row = warehouse.execute("select source, state, rows, quarantined, rejected from ops.freshness").fetchone()
    assert row == ("stack_overflow", "fresh", 5, 0, 0)


def test_silence_raises_one_alert_that_closes_when_data_comes(warehouse: psycopg.Connection) -> None:
    register_sources(warehouse, [TAGS])
    for _ in range(2):
        assert raise_freshness_alerts(warehouse) == ["stack_overflow.tags"]
    add_batch(warehouse, 1)
    assert raise_freshness_alerts(warehouse) == []
    alerts = warehouse.execute("select rule, seen_count, state from ops.alerts").fetchall()
    assert alerts == [("source_silent", 2, "closed")]


def test_one_incident_is_one_alert_until_it_is_closed(warehouse: psycopg.Connection) -> None:
    rule: Rule = "batch_warning"
    first = raise_alert(warehouse, rule, "demo.things", "warning", "Once.")
    assert raise_alert(warehouse, rule, "demo.things", "warning", "Twice.") == first
    assert close_alert(warehouse, rule, "demo.things")
    assert not close_alert(warehouse, rule, "demo.things")
    assert raise_alert(warehouse, rule, "demo.things", "warning", "Again.") != first


def test_a_task_is_measured_whether_it_ends_well_or_not(
    warehouse: psycopg.Connection, warehouse_url: str
) -> None:
    with measured("ingest_demo", "run-1", "load", warehouse_url) as account:
        account.rows = 7
    with pytest.raises(ValueError, match="rubbish"), measured("ingest_demo", "run-1", "gate", warehouse_url):
        raise ValueError("rubbish")
    with measured("ingest_demo", "run-1", "load", warehouse_url) as account:
        account.rows = 8  # a later try
    rows = warehouse.execute(
        "select task_id, rows, peak_memory_bytes > 1e7 from ops.runs order by 1"
    ).fetchall()
    assert rows == [("gate", 0, True), ("load", 8, True)]


def test_an_account_that_cannot_be_written_hides_no_error() -> None:
    away = "postgresql://nobody@127.0.0.1:1/none"
    with pytest.raises(ValueError, match="the real one"), measured("dag", "run", "task", away):
        raise ValueError("the real one")
    with pytest.raises(WarehouseUnavailable), measured("dag", "run", "task", away):
        pass


def test_a_backfill_is_declared_runs_and_ends(warehouse: psycopg.Connection) -> None:
    days = date(2026, 1, 1), date(2026, 1, 7)
    backfill_id = declare_backfill(warehouse, "ingest_usajobs", *days, "Field added.", "ann", {"windows": 7})
    for state in ("running", "running", "failed", "running", "complete"):
        change_backfill_state(warehouse, backfill_id, state)
    backfill = get_backfill(warehouse, backfill_id)
    assert (backfill.state, backfill.dry_run, backfill.declared_by) == ("complete", {"windows": 7}, "ann")
    assert backfill.finished_at is not None
    with pytest.raises(BackfillRefused, match="cannot become running"):
        change_backfill_state(warehouse, backfill_id, "running")


def test_refusals_name_themselves(warehouse: psycopg.Connection) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    first, last = date(2026, 1, 1), date(2026, 1, 7)
    running = declare_backfill(warehouse, None, first, last, "All of it.", "ann", {})
    for days, reason, message in (
        ((last, first), "x", "range is empty"),
        ((first, tomorrow), "x", "still to come"),
        ((first, last), " ", "needs a reason"),
        ((last, last), "x", f"Backfill {running} is declared"),
    ):
        with pytest.raises(BackfillRefused, match=message):
            declare_backfill(warehouse, "ingest_usajobs", *days, reason, "bob", {})
