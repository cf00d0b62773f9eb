-- How far applications get, by channel. Only those old enough (45 days at the horizon) to have been answered.
with settled as (
    select applications.*
    from marts.fct_applications as applications
    where
        applications.applied_at < (
            select max(dates.calendar_date) - 44
            from marts.dim_dates as dates
            where dates.is_past
        )
)

select
    channel,
    count(*) as applications_count,
    round(avg((interview_at is not null)::int), 3) as interview_rate,
    round(avg((offer_at is not null)::int), 3) as offer_rate,
    round(avg((outcome = 'no_response')::int), 3) as no_response_rate,
    percentile_cont(0.5) within group (order by days_to_offer) as median_days_to_offer
from settled
group by channel
order by applications_count desc;
