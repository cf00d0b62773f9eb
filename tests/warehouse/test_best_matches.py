"""The best open jobs of each CV: found without comparing each with each, and hardly worse for it."""

from collections.abc import Iterator

import psycopg
import pytest
from benchmarks.growth_cases import CASES, HORIZON, TABLES, make_rows
from dbt_runner import fresh_database, run_dbt

from cvplus.runtime.postgres import EmbeddedPostgres

CASE = next(case for case in CASES if case.model == "int_scoring_pairs")
# Each CV with each job, by the fit that the model says it ranks by: what the best five would be.
COMPARED_WITH_ALL = """
    with asked as (
        select job_id, country, unnest(skills_required) as skill_id,
            1.0 / nullif(cardinality(skills_required), 0) as weight
        from intermediate.int_jobs
        union all
        select job_id, country, unnest(skills_preferred), 0.3 / nullif(cardinality(skills_preferred), 0)
        from intermediate.int_jobs
    )
    select cvs.cv_id, asked.job_id, sum(asked.weight) as fit,
        row_number() over (partition by cvs.cv_id order by sum(asked.weight) desc, asked.job_id) as match_rank
    from intermediate.int_cvs as cvs
    inner join asked
        on asked.skill_id = any(cvs.skills)
        and (cvs.target_region is null or cvs.target_region = asked.country)
    group by cvs.cv_id, asked.job_id
"""


@pytest.fixture(scope="module", params=[200, 1200])
def matched(
    request: pytest.FixtureRequest, postgres_server: EmbeddedPostgres
) -> Iterator[psycopg.Connection]:
    """So many CVs and jobs, matched by the model and, into ``all_pairs``, by comparing all with all."""
    with fresh_database(postgres_server) as url, psycopg.connect(url) as connection:
        connection.execute(TABLES)
        make_rows(connection, CASE, request.param)
        compiled = run_dbt(url, "compile", "--select", "int_scoring_pairs", variables={"horizon": HORIZON})
        connection.execute(f"create table pairs as {compiled.result.results[0].node.compiled_code}")
        connection.execute(f"create table all_pairs as {COMPARED_WITH_ALL}")
        yield connection


def test_each_cv_gets_as_many_jobs_as_if_it_were_compared_with_all(matched: psycopg.Connection) -> None:
    found = matched.execute(
        "select cv_id, count(*) from pairs where match_rank <= 5 group by 1 order by 1"
    ).fetchall()
    wanted = matched.execute(
        "select cv_id, count(*) from all_pairs where match_rank <= 5 group by 1 order by 1"
    ).fetchall()
    assert found == wanted


def test_the_jobs_fit_within_one_percent_as_well_as_the_best_of_all(matched: psycopg.Connection) -> None:
    row = matched.execute(
        """
        select (
            select sum(fit) from pairs inner join all_pairs using (cv_id, job_id) where pairs.match_rank <= 5
        ) / (select sum(fit) from all_pairs where match_rank <= 5)
        """
    ).fetchone()
    assert row is not None
    assert 0.99 <= row[0] <= 1


def test_the_ranks_follow_the_fit(matched: psycopg.Connection) -> None:
    wrong = matched.execute(
        """
        select count(*) from (
            select fit > lag(fit) over (partition by cv_id order by pairs.match_rank) as is_wrong
            from pairs inner join all_pairs using (cv_id, job_id)
        ) as ranked where is_wrong
        """
    ).fetchone()
    assert wrong == (0,)
