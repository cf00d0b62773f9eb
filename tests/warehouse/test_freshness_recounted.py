"""Every age and state that the freshness view tells agrees with a count in plain Python from the batches."""

from collections import Counter, defaultdict
from datetime import datetime
from random import Random
from typing import Any

import psycopg
from batch_maker import TAGS
from psycopg.rows import dict_row
from recount.freshness import HOUR, recount

from cvplus.operations.freshness import raise_freshness_alerts, register_sources

Row = dict[str, Any]
INSERT_STATE = """
    insert into ops.source_states (
        source, resource, state, stale_after_hours, data_stale_after_hours, outage_code, message,
        time_to_live_hours
    ) values (
        'drawn', %(resource)s, %(state)s, %(stale_after)s, %(data_stale_after)s, %(outage_code)s, %(message)s,
        72
    )
"""
INSERT_BATCH = """
    insert into ops.batches (
        batch_id, source, resource, window_start, window_end, rows_read, rows_loaded, rows_duplicate,
        rows_rejected, bytes, checksum, known_at_rule, state, lake_path, fetched_at, is_stale
    ) values (
        %(batch_id)s, 'drawn', %(resource)s, %(window_end)s, %(window_end)s, %(rows)s, %(rows)s, 0, 0, 1, 'x',
        %(rule)s, %(state)s, 'x', %(fetched_at)s, %(is_stale)s
    )
"""


def draw(now: datetime, seed: int = 3) -> tuple[list[Row], list[Row]]:
    """Declared resources, and their batches: accepted or not, empty or not, of windows old and new."""
    random = Random(seed)
    resources, batches = [], []
    for number in range(250):
        state = random.choice(["configured"] * 6 + ["not_configured", "failing", "failing"])
        is_outage = state == "failing" and random.random() < 0.7
        resources.append(
            {
                "resource": f"r{number}",
                "state": state,
                "stale_after": random.choice([36.0, 200.0]),
                "time_to_live": 72,
                "data_stale_after": random.choice([None, None, 100.0]),
                "outage_code": "source_unavailable" if is_outage else None,
                "message": "It is down." if state == "failing" else None,
            }
        )
        for batch in range(random.randrange(5)):
            fetched_at = now - random.choice([1, 30, 60, 150, 300]) * HOUR
            behind = random.choice([-20, 0, 0, 10, 120])
            batches.append(
                {
                    "batch_id": f"b{number}-{batch}",
                    "resource": f"r{number}",
                    "window_end": fetched_at - behind * HOUR,
                    "fetched_at": fetched_at,
                    "rows": random.choice([0, 5, 5, 5]),
                    "rule": random.choice(["observed", "dropped", "published created +24h"]),
                    "state": random.choice(["accepted", "accepted", "released", "quarantined"]),
                    "is_stale": random.random() < 0.15,
                }
            )
    return resources, batches


def test_every_age_and_state_is_that_of_a_naive_count(warehouse: psycopg.Connection) -> None:
    with warehouse.cursor(row_factory=dict_row) as cursor:
        now = (cursor.execute("select now() as now").fetchone() or {})["now"]
        resources, batches = draw(now)
        cursor.executemany(INSERT_STATE, resources)
        cursor.executemany(INSERT_BATCH, batches)
        found = {row["resource"]: row for row in cursor.execute("select * from ops.freshness").fetchall()}
    by_resource: dict[str, list[Row]] = defaultdict(list)
    for batch in batches:
        by_resource[batch["resource"]].append(batch)
    seen: Counter[tuple[str, str | None]] = Counter()
    for resource in resources:
        row = found[resource["resource"]]
        expected = recount(now, resource, by_resource[resource["resource"]])
        assert {name: row[name] for name in expected} == expected, (
            resource,
            by_resource[resource["resource"]],
        )
        assert (row["stale_reason"] is not None) >= row["is_stale"]
        reason = (row["stale_reason"] or "").split(" of the time")[0]
        seen[row["state"], reason if row["state"] == "stale" else None] += 1
    for told in (
        ("fresh", None),
        ("silent", None),
        ("not_configured", None),
        ("failing", None),
        ("stale", "It is down."),
        ("stale", "no newer data was accepted"),
        ("stale", "the newest data speak"),
    ):
        assert seen[told] > 3, told


def test_a_run_of_today_over_a_window_of_last_week_is_not_fresh(warehouse: psycopg.Connection) -> None:
    register_sources(warehouse, [TAGS.model_copy(update={"name": "windows"})])
    warehouse.execute(
        """
        insert into ops.batches (
            batch_id, source, resource, window_start, window_end, rows_read, rows_loaded, rows_duplicate,
            rows_rejected, bytes, checksum, known_at_rule, state, lake_path, fetched_at
        ) values (
            'b', 'stack_overflow', 'windows', now() - interval '6 days', now() - interval '5 days', 5, 5, 0,
            0, 1, 'x', 'published created +24h', 'accepted', 'x', now()
        )
        """
    )
    query = "select state, is_stale, stale_reason, extract(day from data_age) from ops.freshness"
    row = warehouse.execute(query).fetchone()
    assert row is not None
    assert (row[0], row[1], row[3]) == ("stale", True, 5)
    assert row[2].startswith("the newest data speak of the time up to ")
    assert raise_freshness_alerts(warehouse) == ["stack_overflow.windows"]
    (message,) = warehouse.execute("select message from ops.alerts").fetchone() or ("",)
    assert "the newest data speak of the time up to " in message

    # Who knows that its data come so late says so.
    patient = TAGS.model_copy(update={"name": "windows", "data_stale_after_hours": 200})
    register_sources(warehouse, [patient])
    assert warehouse.execute("select state, is_stale from ops.freshness").fetchone() == ("fresh", False)
    assert raise_freshness_alerts(warehouse) == []
