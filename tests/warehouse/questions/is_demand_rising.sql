-- How many jobs were open at the horizon and 28 days before, by industry, like with like: only jobs that a board tells which
-- was watched on both days already. What a board lists that was first read since would look like growth.
with moments as (
    select
        (max(calendar_date) + 1)::timestamp at time zone 'UTC' as at_horizon,
        (max(calendar_date) - 27)::timestamp at time zone 'UTC' as at_start
    from marts.dim_dates
    where is_past
),

watched as (
    select source
    from marts.fct_posting_sightings
    group by source
    having min(first_seen_at) <= (select moments.at_start from moments)
),

jobs as (
    select distinct
        postings.job_id,
        postings.posted_at,
        postings.open_until,
        coalesce(postings.industry_id, 'unknown') as industry_id
    from marts.fct_posting_sightings as sightings
    inner join watched on sightings.source = watched.source
    inner join marts.fct_postings as postings on sightings.job_id = postings.job_id
    where sightings.is_current
),

counted as (
    select
        jobs.industry_id,
        count(*) filter (where jobs.posted_at <= moments.at_start and jobs.open_until > moments.at_start) as open_before,
        count(*) filter (where jobs.posted_at <= moments.at_horizon and jobs.open_until > moments.at_horizon) as open_now
    from jobs
    cross join moments
    group by jobs.industry_id
)

select
    industries.industry_name,
    counted.open_before,
    counted.open_now,
    counted.open_now - counted.open_before as open_change,
    round(counted.open_now::numeric / nullif(counted.open_before, 0) - 1, 3) as open_change_rate
from counted
inner join marts.dim_industries as industries on counted.industry_id = industries.industry_id
where counted.open_before + counted.open_now > 0
order by counted.open_now desc, counted.industry_id asc;
