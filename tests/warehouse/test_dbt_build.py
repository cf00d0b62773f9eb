"""What the dbt project promises of a build, whatever lies in raw: empty, twice, late, quarantined."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from dbt_fixtures.clock import HistorySize
from dbt_fixtures.history import make_history
from dbt_fixtures.raw_rows import RawRow, create_raw_tables, load_rows
from dbt_runner import FEATURE_STORE, fresh_database, run_dbt

from cvplus.runtime.postgres import EmbeddedPostgres

SIZE = HistorySize()


@pytest.fixture(scope="module")
def built_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """A warehouse with the invented history, built once with all its tests."""
    with fresh_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            create_raw_tables(connection)
            load_rows(connection, make_history(SIZE))
        run_dbt(url, "build", "--select", *FEATURE_STORE)
        yield url


@pytest.fixture
def built(built_url: str) -> Iterator[psycopg.Connection]:
    """A connection to it."""
    with psycopg.connect(built_url) as connection:
        yield connection


def scalar(connection: psycopg.Connection, query: str) -> Any:
    """The one value that a query gives."""
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def checksums(connection: psycopg.Connection) -> dict[str, str]:
    """For each table of the feature store a checksum of its rows, whatever their order."""
    tables = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema in ('staging', 'intermediate', 'features')"
    ).fetchall()
    return {
        table: scalar(
            connection, f"select md5(string_agg(md5(t::text), '' order by md5(t::text))) from {table} as t"
        )
        for (table,) in tables
    }


def test_every_application_is_one_training_example(built: psycopg.Connection) -> None:
    told = scalar(built, "select count(distinct record_key) from raw.product__applications")
    assert scalar(built, "select count(*) from features.training_examples") == told > 150


def test_an_application_has_one_offer_however_often_it_is_told(built: psycopg.Connection) -> None:
    told = scalar(
        built,
        """
        select count(distinct record ->> 'applicationId') from raw.product__outcomes
        where record ->> 'outcome' in ('offer', 'hired') and (record ->> 'salaryAmount')::numeric > 0
        """,
    )
    count = (
        "select count(distinct observation_id) from intermediate.int_pay_observations where basis = 'offer'"
    )
    assert scalar(built, count) == told > 10


def test_training_and_scoring_carry_exactly_the_registered_features(built: psycopg.Connection) -> None:
    registered = {
        feature: {"number": "double precision", "category": "text", "boolean": "boolean"}[data_type]
        for feature, data_type in built.execute(
            "select feature, data_type from features.feature_declarations where is_model_input"
        ).fetchall()
    }
    keys = {
        "application_id",
        "subject_id",
        "cv_id",
        "cv_version",
        "job_id",
        "feature_at",
        "feature_hash",
        "horizon_at",
        "is_stale",
    }
    targets = {
        "is_interviewed",
        "is_offered",
        "offer_salary_usd",
        "days_to_offer_lower",
        "days_to_offer_upper",
    }
    for table in ("training_examples", "scoring_pairs"):
        columns: dict[str, str] = dict(
            built.execute(
                "select column_name, data_type from information_schema.columns"
                " where table_schema = 'features' and table_name = %s",
                [table],
            ).fetchall()
        )
        assert {name: kind for name, kind in columns.items() if name not in keys | targets} == registered


def test_one_vacancy_told_by_two_resources_is_one_job(built: psycopg.Connection) -> None:
    rows = built.execute(
        "select title, salary_min_usd, salary_max_usd, closed_at is not null, skills_required is not null"
        " from intermediate.int_posting_sightings where job_key = 'usajobs:800000001' order by known_at"
    ).fetchall()

    # The history first, by the hour; then the search, whose pay for a year replaces it whole.
    assert rows == [
        ("IT Specialist (Data)", 35.5 * 2087, 50.25 * 2087, True, True),
        ("IT Specialist (Data), remote", 80000, None, True, True),
    ]


def test_scoring_pairs_hold_what_was_asked_what_is_open_and_the_best_matches(
    built: psycopg.Connection,
) -> None:
    row = built.execute(
        "select bool_or(is_asked_for), bool_or(is_open_application), max(match_rank)"
        " from intermediate.int_scoring_pairs"
    ).fetchone()
    assert row == (True, True, 5)
    assert scalar(built, "select count(distinct horizon_at) from features.scoring_pairs") == 1


def test_companies_that_differ_in_their_legal_form_are_one(built: psycopg.Connection) -> None:
    linked = scalar(
        built,
        "select count(*) from features.job_features where company_funding_usd is not null",
    )
    assert linked > 0


@pytest.mark.slow
def test_a_second_build_changes_nothing(built_url: str) -> None:
    with psycopg.connect(built_url) as connection:
        before = checksums(connection)
    run_dbt(built_url, "run", "--select", *FEATURE_STORE)
    with psycopg.connect(built_url) as connection:
        assert checksums(connection) == before


def test_nothing_at_all_builds_to_empty_tables(warehouse_url: str) -> None:
    with psycopg.connect(warehouse_url) as connection:
        create_raw_tables(connection)
    run_dbt(warehouse_url, "build", "--select", *FEATURE_STORE)
    with psycopg.connect(warehouse_url) as connection:
        assert scalar(connection, "select count(*) from features.training_examples") == 0
        assert scalar(connection, "select count(*) from features.feature_registry") > 90


def test_a_quarantined_batch_is_seen_only_once_it_is_released(warehouse_url: str) -> None:
    tag = {"name": "dbt", "count": 5, "site": "stackoverflow", "snapshot_date": "2026-09-01"}
    known_at = SIZE.horizon + timedelta(hours=1)
    model = ("run", "--select", "+int_skills")
    with psycopg.connect(warehouse_url) as connection:
        create_raw_tables(connection)
        rows = [RawRow("stack_overflow", "tags", "stackoverflow|dbt|2026-09-01", tag, known_at)]
        load_rows(connection, rows, state="quarantined")

    run_dbt(warehouse_url, *model)
    with psycopg.connect(warehouse_url) as connection:
        assert scalar(connection, "select count(*) from intermediate.int_skills") == 0
        connection.execute("update ops.batches set state = 'released'")

    run_dbt(warehouse_url, *model)
    with psycopg.connect(warehouse_url) as connection:
        assert scalar(connection, "select usage_count from intermediate.int_skills") == 5
