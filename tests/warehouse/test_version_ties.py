"""Of two versions of a record that are known from one instant, the one that landed later is what holds."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from dbt_fixtures.raw_rows import create_raw_tables
from dbt_runner import fresh_database, run_dbt

from cvplus.runtime.postgres import EmbeddedPostgres

KNOWN_AT = datetime(2026, 11, 3, 16, tzinfo=UTC)
RATE = {"date": "2026-11-02", "base": "EUR", "quote": "USD"}
# Each record twice, as it landed first and as it landed later; both ways round, so that no hash decides.
TIES: dict[tuple[str, str, str], tuple[dict[str, Any], dict[str, Any]]] = {
    ("fx_rates", "rates", "a"): (RATE | {"rate": 1.5}, RATE | {"rate": 2.5}),
    ("fx_rates", "rates", "b"): (RATE | {"quote": "GBP", "rate": 2.5}, RATE | {"quote": "GBP", "rate": 1.5}),
    ("arbeitnow", "jobs", "c"): ({"slug": "c", "title": "Cook"}, {"slug": "c", "title": "Nurse"}),
    ("arbeitnow", "jobs", "d"): ({"slug": "d", "title": "Nurse"}, {"slug": "d", "title": "Cook"}),
}


def add(connection: psycopg.Connection, source: str, resource: str, key: str, place: int) -> None:
    """Put one version of a record into raw, in a batch of its own that landed ``place`` hours later."""
    record = TIES[source, resource, key][place]
    batch_id = f"{source}-{key}-{1 - place}"
    connection.execute(
        """
        insert into ops.batches (batch_id, source, resource, window_start, window_end, state, fetched_at,
            landed_at, rows_read, rows_loaded, rows_duplicate, rows_rejected, bytes, checksum,
            known_at_rule, lake_path)
        values (%(id)s, %(source)s, %(resource)s, %(known)s, %(known)s, 'accepted', %(landed)s, %(landed)s,
            1, 1, 0, 0, 0, '', 'published', '')
        """,
        {
            "id": batch_id,
            "source": source,
            "resource": resource,
            "known": KNOWN_AT,
            "landed": KNOWN_AT + timedelta(hours=1 + place),
        },
    )
    text = json.dumps(record, sort_keys=True)
    connection.execute(
        f"insert into raw.{source}__{resource} (record_key, content_hash, batch_id, known_at, record) "
        "values (%s, %s, %s, %s, %s)",
        [key, hashlib.sha256(text.encode()).hexdigest(), batch_id, KNOWN_AT, text],
    )


@pytest.fixture(scope="module")
def built_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    with fresh_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            create_raw_tables(connection)
            for tie in TIES:
                for place in (1, 0):
                    add(connection, *tie, place)
        run_dbt(url, "seed")
        run_dbt(url, "run", "--select", "+int_postings", "stg_fx_rates__rates")
        yield url


def current(url: str, query: str) -> list[tuple[Any, ...]]:
    """The answer of a query."""
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def test_the_hashes_of_the_pairs_lie_both_ways_round() -> None:
    hashes = [
        [hashlib.sha256(json.dumps(version, sort_keys=True).encode()).hexdigest() for version in versions]
        for versions in TIES.values()
    ]
    assert {first < later for first, later in hashes} == {True, False}


def test_staging_shows_the_version_that_landed_later(built_url: str) -> None:
    rates = "select record_key, units_per_base from staging.stg_fx_rates__rates where known_until is null"
    assert dict(current(built_url, rates)) == {"a": 2.5, "b": 1.5}
    postings = "select record_key, title from staging.stg_arbeitnow__jobs where known_until is null"
    assert dict(current(built_url, postings)) == {"c": "Nurse", "d": "Cook"}


def test_the_united_postings_show_no_version_that_never_was_current(built_url: str) -> None:
    postings = "select job_key, title, known_until from intermediate.int_postings order by job_key"
    assert current(built_url, postings) == [("arbeitnow:c", "Nurse", None), ("arbeitnow:d", "Cook", None)]
