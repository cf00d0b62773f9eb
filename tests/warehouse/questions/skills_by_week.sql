-- The share of the jobs open in a week that asked for a skill, over the newest eight complete weeks. A skill that a job's
-- first telling named counts from the day the job was posted, a later one from then; one that was dropped, until then.
with weeks as (
    select
        calendar_date as week_start_date,
        calendar_date::timestamp at time zone 'UTC' as week_start_at,
        (calendar_date + 7)::timestamp at time zone 'UTC' as week_end_at
    from marts.dim_dates
    where weekday_number = 1 and is_past
),

complete_weeks as (
    select weeks.*
    from weeks
    inner join marts.dim_dates as last_days
        on weeks.week_start_date + 6 = last_days.calendar_date and last_days.is_past
    order by weeks.week_start_date desc
    limit 8
),

open_jobs as (
    select
        complete_weeks.week_start_date,
        complete_weeks.week_start_at,
        complete_weeks.week_end_at,
        postings.job_id,
        postings.known_at,
        count(*) over (partition by complete_weeks.week_start_date) as open_jobs_count
    from complete_weeks
    inner join marts.fct_postings as postings
        on
            complete_weeks.week_end_at > postings.posted_at
            and complete_weeks.week_start_at < postings.open_until
)

select
    open_jobs.week_start_date,
    skills.skill_name,
    open_jobs.open_jobs_count,
    count(*) as asking_jobs_count,
    count(*) filter (where asked.is_required) as requiring_jobs_count,
    round(count(*)::numeric / open_jobs.open_jobs_count, 4) as asking_share
from open_jobs
inner join marts.fct_posting_skills as asked
    on
        open_jobs.job_id = asked.job_id
        and (asked.first_seen_at <= open_jobs.known_at or asked.first_seen_at < open_jobs.week_end_at)
        and (asked.is_current or asked.last_seen_at > open_jobs.week_start_at)
inner join marts.dim_skills as skills on asked.skill_id = skills.skill_id
group by open_jobs.week_start_date, skills.skill_id, skills.skill_name, open_jobs.open_jobs_count
order by open_jobs.week_start_date desc, asking_jobs_count desc, skills.skill_id;
