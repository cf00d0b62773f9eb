"""Boards of one source are judged each by itself: what one could not tell says nothing of the others."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import responses
from dbt_runner import fresh_database, run_dbt
from replaying import IMPATIENT, land_replayed

from cvplus.lake.manifest import Window
from cvplus.lake.store import open_lake
from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.sources.credentials import Credentials
from cvplus.sources.declaration import SourceDeclaration
from cvplus.sources.session import SessionOptions
from cvplus.warehouse.declared import resource_named
from cvplus.warehouse.load import load_batch
from cvplus.warehouse.schema import create_raw_table

GONE, DOWN = 404, 503
# What each board lists on each day, or how it fails; a day names the boards that are on the list then.
DAYS: list[dict[str, list[int] | int]] = [
    {"steady": [1, 2], "failing": [3, 4], "left": [5], "empty": [6, 7]},
    {"steady": [1], "failing": GONE, "left": [5], "empty": []},
    {"steady": [1], "failing": DOWN, "left": [5], "empty": []},
    {"steady": [1], "failing": [3], "left": [5], "empty": [7]},
    {"steady": [1], "failing": GONE, "empty": [7]},
    {"steady": [1], "failing": [3], "empty": [7]},
    {"steady": [1], "failing": [3], "empty": [7]},
]


def day(number: int) -> datetime:
    """The instant at which a day's answers were fetched."""
    return datetime(2026, 11, 1, 6, tzinfo=UTC) + timedelta(days=number - 1)


def answered(board: str, listed: list[int] | int) -> list[dict[str, Any]]:
    """A board's answers: a failing provider is asked again as often as the client is told to."""
    path = f"boards/{board}/jobs"
    if listed == GONE:
        return [{"path": path, "status": GONE, "body": {"status": GONE, "error": "Job not found"}}]
    if isinstance(listed, int):
        return [{"path": path, "status": listed, "body": {}}] * (IMPATIENT.retries + 1)
    jobs = [{"id": number, "title": f"Engineer {number}"} for number in listed]
    return [{"path": path, "body": {"jobs": jobs, "meta": {"total": len(jobs)}}}]


def never_fresh(declaration: SourceDeclaration) -> SourceDeclaration:
    """The declaration with a cache that only stands in while the provider is down."""
    return declaration.model_copy(update={"fresh_hours": 0.0})


@pytest.fixture(scope="module")
def followed_url(
    postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A warehouse with a batch of each day, accepted, and what follows from them."""
    folder = tmp_path_factory.mktemp("boards")
    with fresh_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            create_raw_table(connection, "greenhouse__jobs")
            for number in range(1, len(DAYS) + 1):
                land_day(connection, folder, number)
            connection.execute("update ops.batches set state = 'accepted'")
        run_dbt(url, "run", "--select", "int_posting_closings")
        yield url


def land_day(connection: psycopg.Connection, folder: Path, number: int) -> None:
    """Read the boards of a day, and load what they gave as if it had been fetched on it."""
    lake, boards = open_lake((folder / "lake").as_uri()), DAYS[number - 1]
    with responses.RequestsMock(registry=responses.registries.OrderedRegistry) as mocked:
        manifest = land_replayed(
            mocked,
            lake,
            "greenhouse",
            "jobs",
            [exchange for board, listed in boards.items() for exchange in answered(board, listed)],
            window=Window(start=day(number), end=day(number) + timedelta(days=1)),
            change=never_fresh,
            credentials=Credentials(extra={"boards": list(boards)}),
            options=SessionOptions(
                cache_folder=folder / "cache", retries=IMPATIENT.retries, backoff_seconds=0.0
            ),
        )
    fetched = manifest.model_copy(update={"fetched_at": day(number)})
    load_batch(connection, lake, fetched, resource_named("greenhouse", "jobs"))


def asked(url: str, query: str) -> list[tuple[Any, ...]]:
    """The answer of a query."""
    with psycopg.connect(url) as connection:
        connection.execute("set time zone 'UTC'")
        return connection.execute(query).fetchall()


def closings_of(url: str, board: str) -> list[tuple[Any, ...]]:
    """The record's key, from when it is closed (null: open again), and when that was known."""
    return asked(
        url,
        f"""
        select record_key, closed_at, known_at from intermediate.int_posting_closings
        where record_key like '{board}|%' order by record_key, known_at
        """,
    )


def test_a_batch_says_of_each_board_how_it_was_read(followed_url: str) -> None:
    told = asked(
        followed_url,
        """
        select fetched_at, snapshot_parts.state
        from ops.snapshot_parts inner join ops.batches using (batch_id)
        where part = 'failing' order by 1
        """,
    )
    assert told == [
        (day(number), state)
        for number, state in enumerate(["whole", "partial", "stale", "whole", "partial", "whole", "whole"], 1)
    ]
    flaws = asked(followed_url, "select is_partial, is_stale from ops.batches order by fetched_at")
    assert flaws[1:3] == [(True, False), (False, True)]


def test_what_the_cache_stands_in_for_was_not_seen(followed_url: str) -> None:
    seen = asked(followed_url, "select distinct seen_at from ops.sightings where part = 'failing' order by 1")
    assert [moment for (moment,) in seen] == [day(1), day(4), day(6), day(7)]


def test_a_board_that_fails_holds_up_no_other(followed_url: str) -> None:
    assert closings_of(followed_url, "steady") == [("steady|2", day(2), day(3))]


def test_a_board_that_could_not_be_read_closes_none_of_its_own(followed_url: str) -> None:
    assert closings_of(followed_url, "failing") == [("failing|4", day(4), day(6))]


def test_a_board_that_lists_nothing_closes_all_and_opens_what_comes_back(followed_url: str) -> None:
    assert closings_of(followed_url, "empty") == [
        ("empty|6", day(2), day(3)),
        ("empty|7", day(2), day(3)),
        ("empty|7", None, day(4)),
    ]


def test_a_board_off_the_list_closes_once_the_others_are_read_whole_twice(followed_url: str) -> None:
    assert closings_of(followed_url, "left") == [("left|5", day(6), day(7))]
