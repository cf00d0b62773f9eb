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
create table reference.country_names (place text, country text);
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
    posted_at timestamptz, closed_at timestamptz, known_at timestamptz, known_until timestamptz,
    company_id text
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
    application_id text, outcome text, known_at timestamptz, known_until timestamptz, occurred_at timestamptz
);
create table intermediate.int_application_states (
    application_id text, subject_id text, job_id text, company_id text, applied_at timestamptz,
    has_answer boolean, has_interview boolean, days_to_answer double precision,
    known_at timestamptz, known_until timestamptz, answer_number bigint
);
create index on intermediate.int_application_states (subject_id);
create index on intermediate.int_application_states (company_id, answer_number);
create table intermediate.int_answer_counts (
    counted_of text, counted_id text, known_applications bigint, answered_applications bigint,
    interviewed_applications bigint, answers_told bigint, known_at timestamptz, known_until timestamptz
);
create index on intermediate.int_answer_counts (counted_of, counted_id, known_at);
select setseed(0.7);
"""
# Skills as people name them: few that everybody has, many that hardly anybody has.
SOME_SKILLS = """
    array(
        select distinct 'skill-' || floor(600 * random() ^ 3)::integer
        from generate_series(1, {count} + {row} * 0)
    )
"""
# Each is answered after ten days; every second one is of one and the same employer.
STATES_OF_APPLICATIONS = """
    insert into intermediate.int_application_states
    select number::text, 'subject-' || number % ({size} / 10), 'job-' || number % ({size} / 5),
        'company-' || number % 2 * (number % ({size} / 20)), applied_at, is_answered, false,
        case when is_answered then 10 end,
        applied_at + case when is_answered then interval '10 days' else interval '1 day' end,
        case when not is_answered then applied_at + interval '10 days' end,
        case
            when is_answered
                then row_number() over (
                    partition by is_answered, number % 2 * (number % ({size} / 20)) order by number desc
                )
        end
    from generate_series(1, {size}) as number
    cross join lateral (select timestamptz '2026-05-01' - number * interval '1 minute' as applied_at) as clock
    cross join (values (false), (true)) as answers (is_answered)
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
        tables=("texts", "reference.country_names"),
        make="""
            insert into reference.country_names
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
    Case(
        name="what was known of each application, half of them for jobs of one employer",
        rows="applications",
        size=2_000,
        tables=tuple(
            f"intermediate.int_{table}" for table in ("applications", "job_links", "jobs", "outcomes")
        ),
        make="""
            insert into intermediate.int_jobs (job_id, company_id, known_at)
            select 'job-' || number, 'company-' || number % 2 * number, '2026-01-01'
            from generate_series(1, {size} / 5) as number;
            insert into intermediate.int_job_links
            select job_id, job_id, known_at, null from intermediate.int_jobs;
            insert into intermediate.int_applications
                (application_id, posting_id, subject_id, applied_at, known_at)
            select number::text, 'job-' || 1 + number % ({size} / 5), 'subject-' || number % ({size} / 10),
                timestamptz '2026-06-01' - number * interval '1 minute',
                timestamptz '2026-06-02' - number * interval '1 minute'
            from generate_series(1, {size}) as number;
            insert into intermediate.int_outcomes
            select application_id, (array['interview', 'rejected'])[stage],
                known_at + stage * interval '5 days', null, known_at + stage * interval '4 days'
            from intermediate.int_applications cross join generate_series(1, 2) as stage
        """,
        model="int_application_states",
    ),
    Case(
        name="how many were answered, half of them at one employer",
        rows="states of applications",
        size=8_000,
        tables=("intermediate.int_application_states",),
        make=STATES_OF_APPLICATIONS,
        model="int_answer_counts",
    ),
    Case(
        name="what an example knows of answers, half of them of one employer",
        rows="applications",
        size=2_000,
        tables=("intermediate.int_application_states", "intermediate.int_answer_counts"),
        make=f"""
            {STATES_OF_APPLICATIONS};
            insert into intermediate.int_answer_counts
            select 'employer', company_id, row_number() over so_far, 0, 0,
                count(*) filter (where has_answer) over so_far, known_at,
                lead(known_at) over so_far
            from intermediate.int_application_states
            window so_far as (partition by company_id order by known_at)
        """,
        inline="""
            select count(of_employer.known_applications), count(others.employer_answered),
                count(latest.employer_median_days_to_answer)
            from intermediate.int_application_states as spine_rows
            cross join lateral (
                select spine_rows.job_id, spine_rows.company_id, spine_rows.subject_id,
                    spine_rows.known_at as feature_at
            ) as spine
            {{ answer_counts_join('of_job', 'job', 'spine.job_id', 'spine.feature_at') }}
            {{ answer_counts_join('of_employer', 'employer', 'spine.company_id', 'spine.feature_at') }}
            {{ others_answers_join('others', 'spine', 'spine', 'of_job', 'of_employer') }}
            {{ latest_answers_join('latest', 'spine', 'of_employer') }}
        """,
    ),
)


def make_rows(connection: psycopg.Connection, case: Case, size: int) -> None:
    """Fill the case's tables anew."""
    connection.execute(f"truncate {', '.join(case.tables)}")
    connection.execute(case.make.format(size=size))
    for table in case.tables:
        connection.execute(f"analyze {table}")
    connection.commit()
