with versions as (

    select
        *,
        min(known_at) over (partition by job_id) as first_known_at,
        coalesce(
            closed_at,
            {{ plus_days('greatest(posted_at, coalesce(last_seen_at, posted_at))', var('posting_open_days')) }}
        ) as open_until
    from {{ ref('int_postings') }}

),

current_versions as (

    select
        *,
        least(open_until, {{ horizon() }}) as counted_until
    from versions
    where known_until is null

)

select
    job_id,
    job_key,
    source,
    title,
    company_id,
    occupation_id,
    industry_id,
    country,
    region,
    city,
    {{ region_id('country', 'region') }} as region_id,
    seniority,
    is_remote,
    years_required,
    education_level_required,
    word_count,
    posted_at,
    closed_at,
    first_known_at as known_at,
    last_seen_at,
    open_until,
    posted_at <= {{ horizon() }} and open_until > {{ horizon() }} as is_open,
    greatest({{ days_between('posted_at', 'counted_until') }}, 0) as days_open,
    salary_min_amount,
    salary_max_amount,
    currency,
    salary_min_usd,
    salary_max_usd,
    (coalesce(salary_min_usd, salary_max_usd) + coalesce(salary_max_usd, salary_min_usd)) / 2 as salary_middle_usd
from current_versions
