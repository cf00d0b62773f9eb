"""What a comment's writer deletes is gone from all that was ever known; an edit is another version."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from dbt_fixtures.raw_rows import RawRow, load_rows
from dbt_runner import run_dbt, seeded_database

from cvplus.runtime.postgres import EmbeddedPostgres

SOURCE, RESOURCE = "hacker_news_who_is_hiring", "jobs"
KNOWN_AT = datetime(2026, 11, 3, 16, tzinfo=UTC)


def comment(number: str, role: str | None, known_at: datetime = KNOWN_AT) -> RawRow:
    """A version of a comment; all versions are known from the comment's own instant on."""
    record: dict[str, Any] = {
        "objectID": number,
        "created_at": "2026-11-02T16:05:11Z",
        "is_deleted": role is None,
        "company": role and "Acme",
        "role": role,
    }
    return RawRow(SOURCE, RESOURCE, number, record, known_at)


@pytest.fixture(scope="module")
def built_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """A warehouse with three comments: one left alone, one edited, one deleted."""
    rows = [
        comment("1", "Engineer"),
        comment("2", "Engineer"),
        comment("2", "Senior Engineer", KNOWN_AT + timedelta(seconds=1)),
        comment("3", "Engineer"),
        comment("3", None),
    ]
    with seeded_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            load_rows(connection, rows)
        run_dbt(url, "build", "--select", "stg_hacker_news_who_is_hiring__jobs", "int_hacker_news_postings")
        yield url


def test_a_deleted_comment_was_never_known(built_url: str) -> None:
    with psycopg.connect(built_url) as connection:
        rows = connection.execute(
            "select record_key, title, known_until is null from intermediate.int_hacker_news_postings"
            " order by record_key, known_at"
        ).fetchall()
    assert rows == [("1", "Engineer", True), ("2", "Engineer", False), ("2", "Senior Engineer", True)]


def test_of_two_words_at_one_instant_the_deletion_is_the_last(built_url: str) -> None:
    with psycopg.connect(built_url) as connection:
        rows = connection.execute(
            "select title, known_until is null from staging.stg_hacker_news_who_is_hiring__jobs"
            " where record_key = '3' order by title nulls last"
        ).fetchall()
    assert rows == [("Engineer", False), (None, True)]
