{{ config(indexes=[{'columns': ['week_start_date', 'industry_id', 'skill_id']}]) }}

with weeks as (

    {{ example_weeks() }}

),

-- What was known of each job when the week was over, of those posted in the last 24 weeks.
jobs as (

    select
        weeks.week_start_date,
        weeks.feature_at,
        job.job_id,
        job.industry_id,
        job.skills_required || job.skills_preferred as skills,
        job.posted_at >= weeks.feature_at - interval '84 days' as is_recent
    from weeks
    inner join {{ ref('int_jobs') }} as job
        on
            {{ as_of('job', 'weeks.feature_at') }}
            and job.posted_at < weeks.feature_at
            and job.posted_at >= weeks.feature_at - interval '168 days'
    where cardinality(job.skills_required) + cardinality(job.skills_preferred) > 0

),

-- Of each industry, and of all of them together.
sizes as (

    select
        week_start_date,
        feature_at,
        case when grouping(industry_id) = 1 then 'all' else coalesce(industry_id, 'unknown') end as industry_id,
        {{ count_if('is_recent') }} as recent_jobs,
        {{ count_if('not is_recent') }} as earlier_jobs
    from jobs
    group by grouping sets ((week_start_date, feature_at, industry_id), (week_start_date, feature_at))

),

-- A job may name a skill twice, as required and as preferred.
asked_by as (

    select distinct
        jobs.week_start_date,
        jobs.job_id,
        jobs.industry_id,
        jobs.is_recent,
        skill_id
    from jobs
    cross join {{ unnest_array('jobs.skills', 'skill_id') }}

),

asked as (

    select
        week_start_date,
        case when grouping(industry_id) = 1 then 'all' else coalesce(industry_id, 'unknown') end as industry_id,
        skill_id,
        {{ count_if('is_recent') }} as recent_asked,
        {{ count_if('not is_recent') }} as earlier_asked
    from asked_by
    group by grouping sets ((week_start_date, industry_id, skill_id), (week_start_date, skill_id))

)

select
    asked.industry_id,
    asked.skill_id,
    asked.week_start_date,
    sizes.feature_at,
    asked.recent_asked::double precision as skill_asked_jobs,
    asked.recent_asked::double precision / nullif(sizes.recent_jobs, 0) as skill_asked_share,
    -- One job more, on both sides, keeps what is rare from moving by multiples (Laplace).
    case
        when asked.recent_asked + asked.earlier_asked >= {{ var('least_in_trend') }}
            and sizes.recent_jobs > 0 and sizes.earlier_jobs > 0
            then
                ((asked.recent_asked + 1)::double precision / (sizes.recent_jobs + 1))
                / ((asked.earlier_asked + 1)::double precision / (sizes.earlier_jobs + 1)) - 1
    end as skill_demand_change
from asked
inner join sizes
    on
        asked.week_start_date = sizes.week_start_date
        and asked.industry_id = sizes.industry_id
