"""Every figure of the weekly job market agrees with a naive count of listings in plain Python."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import market_recount
import psycopg
import pytest
from dbt_runner import fresh_database, run_dbt
from market_rows import EMPTIED_SINCE, EMPTYING, SURVIVORS_SINCE, MarketRows, draw_rows, fill
from marts_build import build_marts
from psycopg.rows import dict_row

from cvplus.runtime.postgres import EmbeddedPostgres

Connection = psycopg.Connection[dict[str, Any]]
KEYS = ("industry_id", "region_id", "occupation_id")


@pytest.fixture(scope="module")
def rows() -> MarketRows:
    return draw_rows()


@pytest.fixture(scope="module")
def counted(
    postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, rows: MarketRows
) -> Iterator[Connection]:
    """A warehouse whose jobs are united of the rows and whose marts are built, and pass dbt's tests."""
    with fresh_database(postgres_server) as url:

        def fill_and_unite(connection: psycopg.Connection) -> None:
            fill(connection, rows)
            connection.commit()
            run_dbt(url, "run", "--select", "int_jobs")

        build_marts(url, tmp_path_factory.mktemp("dbt_market"), fill_and_unite)
        with psycopg.connect(url, row_factory=dict_row) as connection:
            connection.execute("set time zone 'UTC'")
            yield connection


@pytest.fixture(scope="module")
def market(counted: Connection) -> dict[tuple[date, tuple[str, ...]], dict[str, Any]]:
    rows = counted.execute("select * from marts.job_market_weekly").fetchall()
    return {(row["week_start_date"], tuple(row[key] for key in KEYS)): row for row in rows}


def test_every_figure_of_every_week_and_cell(market: dict[Any, Any], rows: MarketRows) -> None:
    expected = market_recount.market(rows)
    assert market.keys() == expected.keys()
    told: Counter[str] = Counter()
    for key, figures in expected.items():
        for name, value in figures.items():
            is_number = isinstance(value, int | float)
            wanted = pytest.approx(value, rel=1e-9, abs=1e-9) if is_number else value
            assert market[key][name] == wanted, (key, name)
            told[name] += bool(value)
    # Every figure is told somewhere, or the comparison proves nothing of it.
    assert set(figures) == {name for name, count in told.items() if count > 20}


def test_the_shapes_that_break_counts_are_there(market: dict[Any, Any], rows: MarketRows) -> None:
    spells = market_recount.job_spells_of(rows)
    assert sum(spell["number"] > 0 for spell in spells) > 10, "jobs that were posted anew"
    assert sum(len({row["source"] for row in spell["told"]}) == 3 for spell in spells) > 10
    assert {spell["closing"] for spell in spells} == {"told", "seen", "assumed", None}
    total = {week: row for (week, cell), row in market.items() if cell == ("all", "all", "all")}
    appeared = total[market_recount.monday(SURVIVORS_SINCE)]
    assert appeared["appeared_postings_count"] > 0, "survivors count from the first reading"
    assert sum(row["dropped_postings_count"] for row in total.values()) > 0
    emptied = [
        row
        for (week, cell), row in market.items()
        if cell == (EMPTYING[0], EMPTYING[1], EMPTYING[3])
        and week > EMPTIED_SINCE.date() + timedelta(days=75)
    ]
    assert emptied
    assert all(row["open_postings_count"] == 0 for row in emptied)


def test_no_week_loses_a_job_and_no_job_is_open_after_it_closed(counted: Connection) -> None:
    lost = counted.execute(
        """
        select week.job_id from marts.fct_posting_weeks as week
        where not week.is_closing and not week.is_dropping_out
            and week.week_start_date < (select max(week_start_date) from marts.fct_posting_weeks)
            and not exists (
                select from marts.fct_posting_weeks as next
                where next.job_id = week.job_id and next.job_spell_number = week.job_spell_number
                    and next.week_start_date = week.week_start_date + 7
            )
        """
    ).fetchall()
    assert not lost
    both = counted.execute(
        """
        select week.job_id from marts.fct_posting_weeks as week
        join marts.fct_postings as job using (job_id)
        where (week.is_closing and job.is_open and week.counted_until = job.open_until)
            or (job.is_open and job.closed_at <= job.open_until and job.open_until <= job.posted_at)
        """
    ).fetchall()
    assert not both


def test_a_week_of_all_counts_the_jobs_themselves(counted: Connection, market: dict[Any, Any]) -> None:
    jobs = counted.execute(
        "select week_start_date, count(*) as jobs from marts.fct_posting_weeks group by 1"
    ).fetchall()
    assert len(jobs) > 25
    for row in jobs:
        week = market[row["week_start_date"], ("all", "all", "all")]
        assert week["open_postings_count"] == row["jobs"]
