"""What ``bench_growth.py`` measures: tables of a size, made in the server, and the queries that read them."""

from dataclasses import dataclass

import psycopg

HORIZON = "2026-06-01T00:00:00+00:00"
# Reads of what the cases make; the columns are those that the compiled models name.
TABLES = """
create schema if not exists intermediate;
create schema if not exists marts;
create schema if not exists reference;
create table told (
    thing integer, updated_at timestamptz, known_at timestamptz, landed_at timestamptz, content_hash text
);
create table texts (told text);
create table reference.places (place text, country text);
create table marts.dim_dates as
select day::date as calendar_date, extract(isodow from day)::integer as weekday_number
from generate_series(timestamp '1990-01-01', timestamp '2049-12-31', interval '1 day') as day;
create table marts.fct_postings (job_id text, industry_id text, region_id text, occupation_id text);
create table marts.fct_posting_weeks (
    week_start_date date, job_id text, industry_id text, region_id text, occupation_id text, is_new boolean,
    is_appearing boolean, is_closing boolean, closing text, is_dropping_out boolean, is_end_assumed boolean,
    is_comparable_with_before boolean, is_comparable_with_after boolean, days_open double precision,
    salary_middle_usd double precision
);
create table marts.source_coverage (
    source text, resource text, week_start_date date, is_whole_week boolean
);
create table marts.fct_applications (job_id text, subject_id text, applied_at timestamptz);
create table intermediate.int_cvs (
    cv_id text, cv_version integer, subject_id text, target_region text, skills text[],
    updated_at timestamptz, known_at timestamptz, known_until timestamptz
);
create table intermediate.int_jobs (
    job_id text, source text, resource text, country text, skills_required text[], skills_preferred text[],
    posted_at timestamptz, closed_at timestamptz, known_at timestamptz, known_until timestamptz
);
create table intermediate.int_events (
    event_type text, subject_id text, posting_id text, job_key text, metadata jsonb, occurred_at timestamptz,
    known_at timestamptz
);
create table intermediate.int_applications (
    application_id text, cv_id text, cv_version integer, posting_id text, subject_id text,
    applied_at timestamptz, known_at timestamptz, known_until timestamptz
);
create table intermediate.int_job_links (
    posting_id text, job_id text, known_at timestamptz, known_until timestamptz
);
create table intermediate.int_outcomes (
    application_id text, outcome text, known_at timestamptz, known_until timestamptz
);
select setseed(0.7);
"""
# Skills as people name them: few that everybody has, many that hardly anybody has.
SOME_SKILLS = """
    array(
        select distinct 'skill-' || floor(600 * random() ^ 3)::integer
        from generate_series(1, {count} + {row} * 0)
    )
"""


@dataclass(frozen=True)
class Case:
    """A piece of work: ``size`` rows of ``rows``, made by ``make`` (statements over ``{size}``)."""

    name: str
    rows: str
    size: int
    tables: tuple[str, ...]
    make: str
    model: str | None = None
    inline: str | None = None


CASES = (
    Case(
        name="until when each version of one thing held",
        rows="versions",
        size=4_000,
        tables=("told",),
        make="""
            insert into told
            select 1, '2026-01-01'::timestamptz + random() * interval '90 days',
                '2026-01-01'::timestamptz + random() * interval '90 days', '2026-05-01', md5(number::text)
            from generate_series(1, {size}) as number
        """,
        inline="select {{ known_until(['thing'], ['updated_at']) }} as known_until from told",
    ),
    Case(
        name="look-ups in a list that grows too",
        rows="texts",
        size=4_000,
        tables=("texts", "reference.places"),
        make="""
            insert into reference.places
            select 'place ' || number, 'US' from generate_series(1, {size} / 20) as number;
            insert into texts
            select 'Place ' || 1 + number % ({size} / 10) from generate_series(1, {size}) as number
        """,
        inline="select count({{ country_code('told') }}) from texts",
    ),
    Case(
        name="the job market by week, over a history that grows",
        rows="postings",
        size=2_000,
        tables=("marts.fct_posting_weeks", "marts.source_coverage"),
        make="""
            insert into marts.fct_posting_weeks
            select week, 'job-' || number, 'industry-' || number % 5, 'US', '15-1252', age = 0, false,
                age = 3, case when age = 3 then 'told' end, false, false, true, age < 3, 7 * age,
                1e5 * random()
            from generate_series(1, {size}) as number
            cross join generate_series(0, 3) as age
            cross join lateral (
                select date '2026-05-25' - 7 * (number / 200 + 3 - age) as week
            ) as calendar;
            insert into marts.source_coverage
            select 'product', 'jobs', date '2026-05-25' - 7 * week, true
            from generate_series(0, {size} / 200) as week
        """,
        model="job_market_weekly",
    ),
    Case(
        name="the best open jobs of each CV, both growing",
        rows="CVs and jobs",
        size=200,
        tables=("intermediate.int_cvs", "intermediate.int_jobs"),
        make=f"""
            insert into intermediate.int_cvs
            select 'cv-' || number, 1, 'subject-' || number,
                (array['US', 'GB', 'DE', 'US', null])[1 + number % 5],
                {SOME_SKILLS.format(count=14, row="number")}, '2026-05-20', '2026-05-21', null
            from generate_series(1, {{size}}) as number;
            insert into intermediate.int_jobs
            select md5('job-' || number), 'product', 'jobs', (array['US', 'GB', 'DE', 'US'])[1 + number % 4],
                {SOME_SKILLS.format(count=5, row="number")}, {SOME_SKILLS.format(count=3, row="number")},
                '2026-05-20', null, '2026-05-21', null
            from generate_series(1, {{size}}) as number
        """,
        model="int_scoring_pairs",
    ),
)


def make_rows(connection: psycopg.Connection, case: Case, size: int) -> None:
    """Fill the case's tables anew."""
    connection.execute(f"truncate {', '.join(case.tables)}")
    connection.execute(case.make.format(size=size))
    for table in case.tables:
        connection.execute(f"analyze {table}")
    connection.commit()
