"""Which pairs are scored and with whose knowledge, counted again from the raw records in plain Python."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import psycopg
import pytest
from dbt_fixtures.clock import HistorySize
from dbt_fixtures.history import make_history
from dbt_fixtures.raw_rows import RawRow, create_raw_tables, load_rows
from dbt_runner import fresh_database, run_dbt
from psycopg.rows import dict_row

from cvplus.runtime.postgres import EmbeddedPostgres

SIZE = HistorySize(applications=400, jobs=150, events=3000, days=120)
HORIZON = SIZE.horizon
# Small enough that the fixture's applications say which ages people apply to.
VARIABLES = {"scoring_age_applications": 20, "scoring_age_share": 0.1}
CLOSING = {"hired", "rejected", "withdrawn", "no_response"}
Row = dict[str, Any]
Pair = tuple[str, str]


@pytest.fixture(scope="module")
def history() -> list[RawRow]:
    return list(make_history(SIZE))


@pytest.fixture(scope="module")
def built_url(postgres_server: EmbeddedPostgres, history: list[RawRow]) -> Iterator[str]:
    """The invented history, with its pairs to score and its training examples."""
    with fresh_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            create_raw_tables(connection)
            load_rows(connection, history)
        run_dbt(url, "seed")
        run_dbt(url, "run", "--select", "+scoring_pairs", "+training_examples", variables=VARIABLES)
        yield url


@pytest.fixture(scope="module")
def pairs(built_url: str) -> dict[Pair, Row]:
    """The pairs to score, by CV and job."""
    query = (
        "select * from intermediate.int_scoring_pairs inner join features.scoring_pairs using (cv_id, job_id)"
    )
    return {(row["cv_id"], row["job_id"]): row for row in rows_of(built_url, query)}


def rows_of(url: str, query: str) -> list[Row]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.execute("set time zone 'UTC'")
        return connection.execute(query).fetchall()


def told(history: list[RawRow], resource: str) -> list[Row]:
    """The product's records of a resource, each once, as first known, those known at the horizon."""
    first: dict[str, RawRow] = {}
    for row in history:
        if (row.source, row.resource) == ("product", resource) and row.known_at <= HORIZON:
            known = first.get(row.record_key)
            first[row.record_key] = row if known is None or row.known_at < known.known_at else known
    return [{**row.record, "known_at": row.known_at} for row in first.values()]


def first_applications(url: str, history: list[RawRow]) -> dict[Pair, Row]:
    """The first application of each CV to each job."""
    job_ids = {row["job_key"]: row["job_id"] for row in rows_of(url, JOB_IDS)}
    first: dict[Pair, Row] = {}
    for record in sorted(
        told(history, "applications"), key=lambda one: (one["appliedAt"], one["applicationId"])
    ):
        record["applied_at"] = datetime.fromisoformat(record["appliedAt"])
        first.setdefault((record["cvId"], job_ids[record["jobKey"]]), record)
    return first


JOB_IDS = """
    select job_key, coalesce(link.job_id, told.posting_id) as job_id
    from (
        select job_key, posting_id from intermediate.int_applications
        union
        select job_key, posting_id from intermediate.int_events where job_key is not null
    ) as told
    left join intermediate.int_job_links as link
        on told.posting_id = link.posting_id and link.known_until is null
"""
OPEN_JOBS = f"""
    select distinct job_id, posted_at from intermediate.int_jobs
    where known_at <= '{HORIZON}' and (known_until is null or known_until > '{HORIZON}')
        and posted_at <= '{HORIZON}'
        and coalesce(closed_at, posted_at + interval '60 days') > '{HORIZON}'
"""


def test_an_application_is_scored_until_it_is_decided_or_its_window_is_over(
    built_url: str, history: list[RawRow], pairs: dict[Pair, Row]
) -> None:
    decided = {row["applicationId"] for row in told(history, "outcomes") if row["outcome"] in CLOSING}
    known_jobs = {row["job_id"] for row in rows_of(built_url, "select job_id from intermediate.int_jobs")}
    expected = {
        pair: record["applied_at"]
        for pair, record in first_applications(built_url, history).items()
        if record["applicationId"] not in decided
        and record["applied_at"] + timedelta(days=45) > HORIZON
        and pair[1] in known_jobs
    }
    found = {pair: row["feature_at"] for pair, row in pairs.items() if row["is_open_application"]}
    assert found == expected
    assert len(found) > 40


def test_a_request_is_kept_up_while_it_is_young_its_job_open_and_nobody_has_applied(
    built_url: str, history: list[RawRow], pairs: dict[Pair, Row]
) -> None:
    job_ids = {row["job_key"]: row["job_id"] for row in rows_of(built_url, JOB_IDS)}
    open_jobs = {row["job_id"] for row in rows_of(built_url, OPEN_JOBS)}
    applied = first_applications(built_url, history)
    cvs = {row["subject_id"]: row["cvId"] for row in told(history, "cvs")}
    requested = {
        (cvs[row["subject_id"]], job_ids[row["jobId"]]): datetime.fromisoformat(row["timestamp"])
        for row in sorted(told(history, "events"), key=lambda one: one["timestamp"])
        if row["eventType"] == "prediction_request" and row["subject_id"] in cvs
    }
    expected = {
        pair
        for pair, asked_at in requested.items()
        if asked_at + timedelta(days=14) > HORIZON and pair[1] in open_jobs and pair not in applied
    }
    found = {pair for pair, row in pairs.items() if row["is_asked_for"] and not row["is_open_application"]}
    assert found == expected
    assert len(expected) > 5
    assert len(requested) > 5 * len(expected)


def test_best_matches_are_open_young_and_not_applied_to(
    built_url: str, history: list[RawRow], pairs: dict[Pair, Row]
) -> None:
    applied = first_applications(built_url, history)
    versions = rows_of(built_url, "select * from intermediate.int_jobs")
    ages = [
        (record["applied_at"] - version["posted_at"]) / timedelta(days=1)
        for (_, job_id), record in applied.items()
        if record["applied_at"] + timedelta(days=90) > HORIZON
        for version in versions
        if version["job_id"] == job_id
        and version["known_at"] <= record["applied_at"]
        and (version["known_until"] is None or version["known_until"] > record["applied_at"])
    ]
    oldest = float(np.quantile(ages, VARIABLES["scoring_age_share"]))
    open_jobs = {row["job_id"]: row["posted_at"] for row in rows_of(built_url, OPEN_JOBS)}
    matches = {pair for pair, row in pairs.items() if row["match_rank"] is not None}
    found = {job_id: (HORIZON - open_jobs[job_id]) / timedelta(days=1) for _, job_id in matches}
    assert max(found.values()) <= oldest
    # Older jobs are open too; they are left out, and those just young enough are not.
    young = {
        job_id
        for job_id, posted_at in open_jobs.items()
        if (HORIZON - posted_at) / timedelta(days=1) <= oldest
    }
    assert 0 < len(young) < len(open_jobs)
    assert max(found.values()) > oldest * 0.8
    assert not matches & applied.keys()


def test_an_application_is_scored_with_the_features_that_training_learns_from(
    built_url: str, pairs: dict[Pair, Row]
) -> None:
    examples = {
        row["application_id"]: row for row in rows_of(built_url, "select * from features.training_examples")
    }
    compared = 0
    for row in pairs.values():
        if not row["is_open_application"]:
            assert row["feature_at"] == row["horizon_at"] == HORIZON
            continue
        example = examples[row["application_id"]]
        said = {name: row[name] for name in example if name in row and name != "cv_version"}
        assert len(said) > 90
        assert json.dumps(said, default=str) == json.dumps(
            {name: example[name] for name in said}, default=str
        )
        if example["cv_version"] is not None:
            assert row["cv_version"] == example["cv_version"]
        compared += 1
    assert compared > 40
