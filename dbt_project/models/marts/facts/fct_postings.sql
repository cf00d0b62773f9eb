with versions as (

    select
        *,
        min(known_at) over (partition by job_id) as first_known_at,
        coalesce(
            closed_at,
            {{ plus_days('greatest(posted_at, coalesce(last_seen_at, posted_at))', var('posting_open_days')) }}
        ) as listed_until
    from {{ ref('int_jobs') }}

),

-- Nobody vouches any more for what was open when the last of its sources dropped out.
vouched_for as (

    select
        sightings.job_id,
        {{ distinct_array('sightings.source') }} as boards,
        case
            when count(*) = count(freshness.dropped_out_at)
                then least(max(freshness.dropped_out_at), {{ horizon() }})
        end as vouched_until
    from {{ ref('fct_posting_sightings') }} as sightings
    left join {{ source('ops', 'freshness') }} as freshness
        on sightings.source = freshness.source and sightings.resource = freshness.resource
    where sightings.is_current
    group by sightings.job_id

),

current_versions as (

    select
        versions.*,
        coalesce(redirects.company_id, versions.company_id) as company_id_now,
        vouched_for.boards,
        least(versions.listed_until, coalesce(vouched_for.vouched_until, versions.listed_until)) as open_until,
        coalesce(vouched_for.vouched_until < versions.listed_until, false) as is_dropped_out,
        least(
            versions.listed_until, coalesce(vouched_for.vouched_until, versions.listed_until), {{ horizon() }}
        ) as counted_until
    from versions
    left join vouched_for on versions.job_id = vouched_for.job_id
    left join {{ ref('company_redirects') }} as redirects on versions.company_id = redirects.old_company_id
    where versions.known_until is null

)

select
    job_id,
    job_key,
    source,
    resource,
    cardinality(boards) as boards_count,
    boards,
    is_repost,
    title,
    company_id_now as company_id,
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
    case
        when closing is not null then closing
        when is_dropped_out then null
        when open_until <= {{ horizon() }} then 'assumed'
    end as closing,
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
