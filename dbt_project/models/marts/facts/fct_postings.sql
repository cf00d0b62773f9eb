with versions as (

    select
        *,
        min(known_at) over (partition by job_id) as first_known_at,
        coalesce(
            closed_at,
            {{ plus_days('greatest(posted_at, coalesce(last_seen_at, posted_at))', var('posting_open_days')) }}
        ) as listed_until
    from {{ ref('int_postings') }}

),

-- Nobody vouches any more for what was open when its source dropped out.
vouched_for as (

    select
        versions.*,
        case
            when freshness.dropped_out_at is not null then least(freshness.dropped_out_at, {{ horizon() }})
        end as vouched_until
    from versions
    left join {{ source('ops', 'freshness') }} as freshness
        on versions.source = freshness.source and versions.resource = freshness.resource
    where versions.known_until is null

),

current_versions as (

    select
        *,
        least(listed_until, coalesce(vouched_until, listed_until)) as open_until,
        coalesce(vouched_until < listed_until, false) as is_dropped_out,
        least(listed_until, coalesce(vouched_until, listed_until), {{ horizon() }}) as counted_until
    from vouched_for

)

select
    job_id,
    job_key,
    source,
    resource,
    title,
    company_id,
    occupation_id,
    esco_uri,
    industry_id,
    country,
    region,
    city,
    {{ region_id('country', 'region') }} as region_id,
    seniority,
    is_remote,
    workplace,
    years_required,
    education_level_required,
    word_count,
    posted_at,
    closed_at,
    first_known_at as known_at,
    last_seen_at,
    open_until,
    is_dropped_out,
    posted_at <= {{ horizon() }} and open_until > {{ horizon() }} as is_open,
    greatest({{ days_between('posted_at', 'counted_until') }}, 0) as days_open,
    salary_min_amount,
    salary_max_amount,
    currency,
    salary_min_usd,
    salary_max_usd,
    (coalesce(salary_min_usd, salary_max_usd) + coalesce(salary_max_usd, salary_min_usd)) / 2 as salary_middle_usd
from current_versions
