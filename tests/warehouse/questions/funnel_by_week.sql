-- How far the applications of each week got. A week's rates are null until 45 days have passed over all of it: before,
-- those who will still be answered would count as unanswered.
with applications as (
    select
        applications.*,
        dates.week_start_date,
        dates.week_start_date + 6 + 45 < (
            select max(past.calendar_date) + 1
            from marts.dim_dates as past
            where past.is_past
        ) as is_settled
    from marts.fct_applications as applications
    inner join marts.dim_dates as dates
        on (applications.applied_at at time zone 'UTC')::date = dates.calendar_date
)

select
    week_start_date,
    count(*) as applications_count,
    count(interview_at) as interviews_count,
    count(offer_at) as offers_count,
    count(hired_at) as hires_count,
    count(*) filter (where is_open) as open_count,
    case when is_settled then round(count(interview_at)::numeric / count(*), 4) end as interview_rate,
    case when is_settled then round(count(offer_at)::numeric / count(*), 4) end as offer_rate
from applications
group by week_start_date, is_settled
order by week_start_date desc;
