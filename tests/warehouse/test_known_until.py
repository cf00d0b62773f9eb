"""Until when a version held: what the macro gives is what the definition says, on rows made to mislead it."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from dbt_runner import fresh_database, run_dbt

from cvplus.runtime.postgres import EmbeddedPostgres

BEGINNING = datetime(2026, 11, 1, tzinfo=UTC)
ROWS = 4000
# The definition in words of its own: of all better versions, the one known first, but never before itself.
DEFINITION = """
    with placed as (select *, row_number() over (partition by thing order by {order}) as place from told)
    select this.id, case when count(better.id) > 0 then greatest(this.known_at, min(better.known_at)) end
    from placed as this
    left join placed as better on better.thing = this.thing and better.place > this.place
    group by this.id, this.known_at order by this.id
"""
ORDERS = {
    "by known_at alone": ("['thing']", "known_at, landed_at, content_hash"),
    "by the record's own time of change": (
        "['thing'], ['updated_at']",
        "updated_at nulls first, known_at, landed_at, content_hash",
    ),
    "by two columns, without arrival": (
        "['thing'], ['updated_at', 'rank'], []",
        "updated_at nulls first, rank nulls first, known_at, content_hash",
    ),
}


def some_day(chance: random.Random) -> datetime:
    """One of few instants, so that many are equal."""
    return BEGINNING + timedelta(days=chance.randrange(6))


@pytest.fixture(scope="module")
def told_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """Things with one version and with many: ties, nulls, late arrivals, the better known first."""
    chance = random.Random(11)
    with fresh_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            connection.execute(
                "create table told (id integer, thing integer, updated_at timestamptz, rank integer,"
                " known_at timestamptz, landed_at timestamptz, content_hash text)"
            )
            with connection.cursor().copy("copy told from stdin") as copy:
                for number in range(ROWS):
                    thing = min(chance.randrange(600), chance.randrange(600), chance.randrange(600))
                    changed = None if chance.random() < 0.2 else some_day(chance)
                    rank = None if chance.random() < 0.3 else chance.randrange(2)
                    told = (thing, changed, rank, some_day(chance), some_day(chance))
                    copy.write_row((number, *told, f"{chance.randrange(10**9):09d}-{number}"))
        yield url


def answer(url: str, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("order", ORDERS)
def test_a_version_holds_until_a_better_one_is_known(told_url: str, order: str) -> None:
    arguments, sql_order = ORDERS[order]
    query = f"select id, {{{{ known_until({arguments}) }}}} from told order by id"
    compiled = run_dbt(told_url, "compile", "--inline", query).result.results[0].node.compiled_code
    given = answer(told_url, compiled)
    assert given == answer(told_url, DEFINITION.format(order=sql_order))
    assert len({until is None for _, until in given}) == 2
