"""What is known of pay, and since when: a later word ends the earlier one and takes nothing from its time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from dbt_fixtures.market import facts_of
from dbt_fixtures.raw_rows import RawRow, load_rows
from dbt_runner import run_dbt, seeded_database

from cvplus.runtime.postgres import EmbeddedPostgres

BEGINNING = datetime(2026, 3, 1, tzinfo=UTC)
POSTING = {"jobKey": "cvplus:J001", "title": "Senior Accountant", "country": "US", "salaryCurrency": "USD",
           "postedAt": BEGINNING.isoformat(), "salaryPeriod": "year"}  # fmt: skip


def day(number: int) -> datetime:
    """Midnight after so many days."""
    return BEGINNING + timedelta(days=number)


def posting(known: int, key: str, **told: Any) -> Iterator[RawRow]:
    """A version of a posting with the facts of its text."""
    record = {**POSTING, "jobKey": key, "updatedAt": day(known).isoformat(), **told}
    row = RawRow("product", "jobs", key, record, day(known))
    yield from (row, facts_of(row, "Senior Accountant", "13-2011"))


def statistic(known: int, median: int, employment: int = 500) -> RawRow:
    """A release of the official pay of accountants in the nation, always under one key."""
    record = {"area_code": "0000000", "area_name": "National", "industry_code": "000000", "year": "2024",
              "occupation_code": "132011", "annual_p50": str(median), "employment": str(employment),
              "published_at": day(known - 1).date().isoformat()}  # fmt: skip
    return RawRow("bls_oews", "wages", "0000000|000000|132011|2024", record, day(known))


def passed_on(known: int, median: int, place: str) -> RawRow:
    """The same statistic as another source passes it on."""
    told = {"Nation": ("00000000", "United States"), "State": ("48000000", "Texas")}[place]
    record = {"SocCode": "132011", "AreaCode": told[0], "AreaName": told[1], "AreaLevel": place,
              "WageYear": "2024", "RateType": "Annual", "Median": str(median)}  # fmt: skip
    return RawRow("careeronestop", "wages", f"132011|{told[0]}", record, day(known))


def application(known: int, job_key: str) -> RawRow:
    """An application, or a correction that says another job."""
    record = {"applicationId": "a1", "subject_id": "p1", "cvId": "cv1", "jobKey": job_key,
              "appliedAt": day(1).isoformat(), "updatedAt": day(known).isoformat()}  # fmt: skip
    return RawRow("product", "applications", "a1", record, day(known))


def outcome(known: int, key: str, kind: str, amount: int) -> RawRow:
    """An offer or a hire, or a correction of it."""
    record = {"outcomeId": key, "applicationId": "a1", "outcome": kind, "occurredAt": day(4).isoformat(),
              "salaryAmount": amount, "salaryCurrency": "USD", "salaryPeriod": "year",
              "_dropped_on": day(known).date().isoformat()}  # fmt: skip
    return RawRow("product", "outcomes", key, record, day(known))


@pytest.fixture(scope="module")
def built(postgres_server: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    rows = [
        *posting(1, "cvplus:J001", salaryMin=50_000),
        *posting(5, "cvplus:J001", salaryMin=60_000),
        # Nothing that concerns pay is new.
        *posting(7, "cvplus:J001", salaryMin=60_000, remote=True),
        *posting(9, "cvplus:J001"),
        *posting(11, "cvplus:J001", salaryMin=60_000),
        *posting(2, "cvplus:J002", country="DE"),
        *(statistic(3, 70_000), statistic(20, 77_000), statistic(25, 77_000, employment=600)),
        *(passed_on(1, 69_000, "Nation"), passed_on(1, 61_000, "State"), passed_on(6, 69_500, "Nation")),
        *(application(2, "cvplus:J002"), application(12, "cvplus:J001")),
        *(outcome(6, "o1", "offer", 80_000), outcome(7, "o1", "offer", 80_000)),
        *(outcome(8, "o1", "offer", 88_000), outcome(10, "o2", "hired", 90_000)),
        # The offer, told once more and once more corrected, is what the hire came after.
        outcome(14, "o1", "offer", 89_000),
    ]
    with seeded_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            load_rows(connection, rows)
        run_dbt(url, "run", "--select", "+fct_pay_observations")
        run_dbt(url, "test", "--select", "int_pay_observations", "int_outcomes")
        with psycopg.connect(url) as connection:
            yield connection


def told(built: psycopg.Connection, basis: str, columns: str, source: str = "%") -> list[tuple[Any, ...]]:
    """Versions with the day from which and until which each was known."""
    days = ", ".join(f"round(extract(epoch from {name} - %(from)s) / 86400)::integer"
                     for name in ("known_at", "known_until"))  # fmt: skip
    return built.execute(
        f"select {columns}, {days} from intermediate.int_pay_observations"
        " where basis = %(basis)s and source like %(source)s order by known_at, known_until",
        {"from": BEGINNING, "basis": basis, "source": source},
    ).fetchall()


def test_pay_that_a_posting_changes_or_withdraws_ends_when_that_is_known(built: psycopg.Connection) -> None:
    assert told(built, "posted", "low_usd") == [(50_000, 1, 5), (60_000, 5, 9), (60_000, 11, None)]


def test_a_statistic_released_again_under_its_key_keeps_its_first_word(built: psycopg.Connection) -> None:
    assert told(built, "official_statistic", "p50_usd, weight", "bls_oews") == [
        (70_000, 500, 3, 20),
        (77_000, 500, 20, 25),
        (77_000, 600, 25, None),
    ]


def test_a_statistic_is_of_may_of_its_year_whenever_it_is_published(built: psycopg.Connection) -> None:
    dates = built.execute(
        "select distinct observed_date::text from intermediate.int_pay_observations"
        " where basis = 'official_statistic'"
    ).fetchall()
    assert dates == [("2024-05-01",)]


def test_what_is_passed_on_counts_until_its_maker_has_spoken(built: psycopg.Connection) -> None:
    assert told(built, "official_statistic", "region, p50_usd", "careeronestop") == [
        (None, 69_000, 1, 3),
        ("TX", 61_000, 1, None),
    ]


def test_an_offer_is_what_it_was_known_to_be_and_of_the_job_that_was_known(built: psycopg.Connection) -> None:
    assert told(built, "offer", "country, median_usd") == [
        ("DE", 80_000, 6, 8),
        ("DE", 88_000, 8, 10),
        ("DE", 90_000, 10, 12),
        ("US", 90_000, 12, None),
    ]


def test_the_mart_tells_what_is_known_now_and_each_thing_once(built: psycopg.Connection) -> None:
    rows = built.execute(
        "select basis, source, median_usd from marts.fct_pay_observations order by 1, 2"
    ).fetchall()
    assert rows == [
        ("offer", "product", 90_000),
        ("official_statistic", "bls_oews", 77_000),
        ("official_statistic", "careeronestop", 61_000),
        ("posted", "product", 60_000),
    ]
