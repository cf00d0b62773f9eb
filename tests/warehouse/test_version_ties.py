"""Of two versions of a record that are known from one instant, the one that landed later is what holds."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from dbt_runner import run_dbt, seeded_database

from cvplus.runtime.postgres import EmbeddedPostgres

KNOWN_AT = datetime(2026, 11, 3, 16, tzinfo=UTC)
RATE = {"date": "2026-11-02", "base": "EUR", "quote": "USD"}
STAFF = {
    "tag": "EntityNumberOfEmployees", "unit": "pure", "end": "2025-12-31", "filed": "2026-02-20", "accn": "1",
}  # fmt: skip


def organisation(key: str, legal_name: str) -> dict[str, Any]:
    """A company as Crunchbase tells it, changed at one and the same instant."""
    changed = "2026-11-03T00:00:00Z"
    told = {"identifier": {"value": f"Company {key}"}, "legal_name": legal_name, "updated_at": changed}
    return {"uuid": key, "properties": told}


# Each record as it landed first and as it landed later, both ways round, so that no hash decides; the
# last one became again what it had been.
TIES: dict[tuple[str, str, str], tuple[dict[str, Any], ...]] = {
    ("fx_rates", "rates", "a"): (RATE | {"rate": 1.5}, RATE | {"rate": 2.5}),
    ("fx_rates", "rates", "b"): (RATE | {"quote": "GBP", "rate": 2.5}, RATE | {"quote": "GBP", "rate": 1.5}),
    ("arbeitnow", "jobs", "c"): ({"slug": "c", "title": "Cook"}, {"slug": "c", "title": "Nurse"}),
    ("arbeitnow", "jobs", "d"): ({"slug": "d", "title": "Nurse"}, {"slug": "d", "title": "Cook"}),
    ("arbeitnow", "jobs", "i"): (*({"slug": "i", "title": title} for title in ("Cook", "Nurse", "Cook")),),
}
TIES |= {
    ("crunchbase", "organizations", key): (organisation(key, first), organisation(key, later))
    for key, first, later in [("e", "Old Ltd", "New Ltd"), ("f", "New Ltd", "Old Ltd")]
}
TIES |= {
    ("sec_edgar", "facts", key): (STAFF | {"cik": cik, "val": first}, STAFF | {"cik": cik, "val": later})
    for key, cik, first, later in [("g", "7", 50, 60), ("h", "8", 60, 50)]
}
# What is told once beside them.
COMPANIES = [("7", "Seven"), ("8", "Eight")]


def add(
    connection: psycopg.Connection, source: str, resource: str, key: str, record: dict[str, Any], place: int
) -> None:
    """Put one version of a record into raw, in a batch of its own that landed ``place`` hours later."""
    batch_id = f"{source}-{key}-{9 - place}"
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
    with seeded_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            for tie, versions in TIES.items():
                for place in reversed(range(len(versions))):
                    add(connection, *tie, versions[place], place)
            for cik, name in COMPANIES:
                add(connection, "sec_edgar", "companies", cik, {"cik": cik, "name": name}, 0)
        companies = ["int_crunchbase_companies", "int_sec_edgar_companies"]
        run_dbt(
            url,
            "run",
            "--select",
            "+int_posting_sightings",
            "stg_fx_rates__rates",
            *(f"+{one}" for one in companies),
        )
        yield url


def current(url: str, query: str) -> list[tuple[Any, ...]]:
    """The answer of a query."""
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def test_the_hashes_of_the_pairs_lie_both_ways_round() -> None:
    hashes = [
        [hashlib.sha256(json.dumps(version, sort_keys=True).encode()).hexdigest() for version in versions[:2]]
        for versions in TIES.values()
    ]
    assert {first < later for first, later in hashes} == {True, False}


def test_staging_shows_the_version_that_landed_later(built_url: str) -> None:
    rates = "select record_key, units_per_base from staging.stg_fx_rates__rates where known_until is null"
    assert dict(current(built_url, rates)) == {"a": 2.5, "b": 1.5}
    postings = "select record_key, title from staging.stg_arbeitnow__jobs where known_until is null"
    assert dict(current(built_url, postings)) == {"c": "Nurse", "d": "Cook", "i": "Cook"}


def test_the_united_postings_show_no_version_that_never_was_current(built_url: str) -> None:
    postings = "select job_key, title, known_until from intermediate.int_posting_sightings order by job_key"
    assert current(built_url, postings) == [
        ("arbeitnow:c", "Nurse", None),
        ("arbeitnow:d", "Cook", None),
        ("arbeitnow:i", "Cook", None),
    ]


def test_the_united_companies_show_what_landed_later_too(built_url: str) -> None:
    names = (
        "select record_key, legal_name from intermediate.int_crunchbase_companies where known_until is null"
    )
    assert dict(current(built_url, names)) == {"e": "New Ltd", "f": "Old Ltd"}
    staff = (
        "select company_name, size_min from intermediate.int_sec_edgar_companies where known_until is null"
    )
    assert dict(current(built_url, staff)) == {"Seven": 60, "Eight": 50}
