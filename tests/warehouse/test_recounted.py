"""The marts, and the manual's twelve plain questions, agree with a plain count in Python."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from dbt_fixtures.raw_rows import create_raw_tables
from dbt_runner import fresh_database, run_dbt
from recount import compare
from recount.answers import ANSWERS, Answer
from recount.market import Market, read_market
from recounted_rows import fill

from cvplus.runtime.postgres import EmbeddedPostgres

Connection = psycopg.Connection[Any]
PAGE = Path(__file__).parents[2] / "docs" / "questions.md"


@pytest.fixture(scope="module")
def counted(postgres_server: EmbeddedPostgres) -> Iterator[Connection]:
    """A warehouse whose marts are built on a history in which much is corrected later."""
    with fresh_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            create_raw_tables(connection)
        fill(url)
        layers = ["path:seeds", "staging", "intermediate", "path:models/marts"]
        # Some of the corrections say what cannot be, which dbt's own tests of the marts would tell.
        run_dbt(url, "build", "--select", *layers, "--resource-type", "model", "--resource-type", "seed")
        with psycopg.connect(url) as connection:
            connection.execute("set time zone 'UTC'")
            yield connection


@pytest.fixture(scope="module")
def market(counted: Connection) -> Market:
    return read_market(counted)


@pytest.fixture(scope="module")
def found(counted: Connection, market: Market) -> compare.Differences:
    return compare.differences(counted, market)


TABLES = (
    "fct_postings",
    "fct_posting_skills",
    "dim_skills",
    "dim_companies",
    "fct_applications",
    "fct_subscriptions",
    "fct_pay_observations",
    "salary_benchmarks",
    "dim_model_versions",
    "model_performance",
)


@pytest.mark.parametrize("name", [*TABLES, *ANSWERS])
def test_every_figure_is_that_of_a_naive_count(found: compare.Differences, name: str) -> None:
    assert not found[name], "\n".join(found[name][:20])


def test_nothing_is_compared_that_has_no_test(found: compare.Differences) -> None:
    assert found.keys() == {*TABLES, *ANSWERS}


def test_what_is_counted_holds_what_makes_counting_hard(market: Market) -> None:
    jobs = list(market.jobs.values())
    assert sum(len(job["boards"]) > 1 for job in jobs) > 5
    assert {job["closing"] for job in jobs} == {"told", "seen", "assumed", None}
    for name in ("is_open", "is_repost"):
        assert {job[name] for job in jobs} == {True, False}, name
    assert any(not row["is_current"] for row in market.skills.values())
    assert {one["furthest_stage"] for one in market.applications.values()} == {
        "applied",
        "interview",
        "offer",
        "hired",
    }
    assert {period["is_paying"] for period in market.subscriptions.values()} == {True, False}
    assert {one["interview_maturity"] for one in market.predictions} == {"matured", "pending", "never"}
    told = [row for row in market.benchmarks.values() if row["p50_usd"] is not None]
    assert 0 < len(told) < len(market.benchmarks)
    for row in told:
        assert row["p10_usd"] <= row["p25_usd"] <= row["p50_usd"] <= row["p75_usd"] <= row["p90_usd"]


# How many rows each answer has at least, and the columns of which some row must have a value.
LEAST = {
    "pay_by_occupation_and_country": (8, 3),
    "skills_by_week": (80, 5),
    "time_to_fill": (1, 4),
    "funnel_by_week": (10, 6),
    "accuracy_by_segment": (5, 5),
    "revenue_by_plan": (4, 4),
    "pay_sources_that_disagree": (2, 2),
    "is_demand_rising": (3, 4),
    "who_hires": (8, 3),
    "trial_to_paid": (3, 3),
    "old_data": (5, 3),
    "boards_of_a_job": (15, 2),
}


@pytest.mark.parametrize("question", ANSWERS)
def test_every_question_has_an_answer(market: Market, question: str) -> None:
    answer: Answer = ANSWERS[question](market)
    least, column = LEAST[question]
    assert len(answer) >= least
    assert any(row[column] is not None and row[column] != 0 for row in answer)


def test_the_page_asks_each_question_and_no_other() -> None:
    shown = re.findall(r'--8<-- "tests/warehouse/questions/(\w+)\.sql"', PAGE.read_text())
    assert sorted(shown) == sorted(ANSWERS) == sorted(path.stem for path in compare.QUESTIONS.glob("*.sql"))


@pytest.mark.parametrize("question", ANSWERS)
def test_a_question_is_one_select_on_marts(question: str) -> None:
    query = re.sub(r"--.*", "", (compare.QUESTIONS / f"{question}.sql").read_text())
    assert query.count(";") == 1
    assert query.rstrip().endswith(";")
    tables = re.findall(r"\b(?:from|join) (\w+\.\w+|\w+)", query)
    names = set(re.findall(r"(\w+) as \(", query))
    assert {table.partition(".")[0] for table in tables if table not in names} == {"marts"}
