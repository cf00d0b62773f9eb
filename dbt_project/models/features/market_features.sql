{{ config(indexes=[{'columns': ['occupation_id', 'country', 'week_start_date']}]) }}

with weeks as (

    {{ example_weeks() }}

),

-- An occupation and country that was ever heard of keeps a row when its last posting has gone: none open, not unknown.
cells as (

    select
        occupation_id,
        country,
        min(known_at) as known_at
    from {{ ref('int_jobs') }}
    where occupation_id is not null and country is not null
    group by occupation_id, country

),

-- What was known of each posting when the week was over, of those that say anything of the last 16 weeks.
postings as (

    select
        weeks.week_start_date,
        weeks.feature_at,
        job.job_id,
        job.occupation_id,
        job.country,
        job.posted_at,
        least(
            job.closed_at, job.posted_at + {{ var('posting_open_days') }} * interval '1 day'
        ) as open_until,
        job.closed_at,
        cardinality(job.skills_required) as skills_asked,
        (coalesce(job.salary_min_usd, job.salary_max_usd) + coalesce(job.salary_max_usd, job.salary_min_usd)) / 2
            as pay_usd
    from weeks
    inner join {{ ref('int_jobs') }} as job
        on
            {{ as_of('job', 'weeks.feature_at') }}
            and job.posted_at < weeks.feature_at
            and (
                job.posted_at >= weeks.feature_at - interval '112 days'
                or job.closed_at >= weeks.feature_at - interval '84 days'
            )
    where job.occupation_id is not null and job.country is not null

),

demand as (

    select
        week_start_date,
        feature_at,
        occupation_id,
        country,
        count(*) filter (where open_until > feature_at) as open_postings,
        count(*) filter (where posted_at >= feature_at - interval '7 days') as new_postings,
        count(*) filter (where closed_at > feature_at - interval '7 days' and closed_at <= feature_at)
            as closed_postings,
        {{ median_of_enough(
            "case when closed_at > feature_at - interval '84 days' and closed_at <= feature_at then "
            ~ days_between('posted_at', 'closed_at') ~ " end"
        ) }} as median_days_open,
        {{ median_of_enough("case when posted_at >= feature_at - interval '84 days' then pay_usd end") }}
            as median_pay_usd,
        {{ median_of_enough(
            "case when posted_at >= feature_at - interval '112 days' and posted_at < feature_at - interval '28 days' then pay_usd end"
        ) }} as median_pay_usd_before,
        (avg(skills_asked) filter (where posted_at >= feature_at - interval '84 days'))::double precision
            as skills_asked
    from postings
    group by week_start_date, feature_at, occupation_id, country

),

supply as (

    select
        weeks.week_start_date,
        job.occupation_id,
        job.country,
        count(*) as applications,
        count(distinct application.subject_id) as candidates
    from weeks
    inner join {{ ref('int_applications') }} as application
        on
            application.applied_at >= weeks.feature_at - interval '28 days'
            and application.applied_at < weeks.feature_at
            and {{ as_of('application', 'weeks.feature_at') }}
    inner join {{ ref('int_job_links') }} as link
        on application.posting_id = link.posting_id and {{ as_of('link', 'weeks.feature_at') }}
    inner join {{ ref('int_jobs') }} as job
        on link.job_id = job.job_id and {{ as_of('job', 'weeks.feature_at') }}
    group by weeks.week_start_date, job.occupation_id, job.country

)

select
    cells.occupation_id,
    cells.country,
    weeks.week_start_date,
    weeks.feature_at,
    coalesce(demand.open_postings, 0)::double precision as market_open_postings,
    coalesce(demand.new_postings, 0)::double precision as market_new_postings,
    coalesce(demand.closed_postings, 0)::double precision as market_closed_postings,
    demand.median_days_open as market_median_days_open,
    coalesce(supply.applications, 0)::double precision / nullif(demand.open_postings, 0)
        as market_applicants_per_posting,
    coalesce(supply.candidates, 0)::double precision / nullif(demand.open_postings, 0)
        as market_candidates_per_posting,
    demand.median_pay_usd as market_median_pay_usd,
    demand.median_pay_usd / nullif(demand.median_pay_usd_before, 0) - 1 as market_pay_change,
    demand.skills_asked as market_skills_asked,
    official.employment as market_employment
from weeks
inner join cells on {{ known_by('cells', 'weeks.feature_at') }}
left join demand
    on
        weeks.week_start_date = demand.week_start_date
        and {{ same_key('cells', 'demand', ['occupation_id', 'country']) }}
left join supply
    on
        weeks.week_start_date = supply.week_start_date
        and {{ same_key('cells', 'supply', ['occupation_id', 'country']) }}
left join lateral (
    -- A statistic that tells no size weighs 1, which is no employment.
    select case when observation.weight > 1 then observation.weight end as employment
    from {{ ref('int_pay_observations') }} as observation
    where
        observation.basis = 'official_statistic'
        and observation.occupation_id = cells.occupation_id
        and observation.country = cells.country
        and observation.region is null
        and {{ as_of('observation', 'weeks.feature_at') }}
    order by observation.observed_date desc nulls last, observation.observation_id
    limit 1
) as official on true
