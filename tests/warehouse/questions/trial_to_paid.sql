-- Of the trials that began in a month, how many became a paid subscription within 30 days. The share is null until every
-- trial of the month has had its 30 days.
with trials as (
    select
        subscription_id,
        min(period_start_at) as trial_at
    from marts.fct_subscriptions
    where status = 'trial'
    group by subscription_id
),

paid as (
    select
        subscription_id,
        min(period_start_at) as paid_at
    from marts.fct_subscriptions
    where is_paying
    group by subscription_id
),

cohorts as (
    select
        dates.month_start_date,
        count(*) as trials_count,
        count(*) filter (
            where paid.paid_at >= trials.trial_at and paid.paid_at < trials.trial_at + interval '30 days'
        ) as paid_count,
        (dates.month_start_date + interval '1 month')::date + 30 <= (
            select max(past.calendar_date) + 1
            from marts.dim_dates as past
            where past.is_past
        ) as is_settled
    from trials
    inner join marts.dim_dates as dates
        on (trials.trial_at at time zone 'UTC')::date = dates.calendar_date
    left join paid on trials.subscription_id = paid.subscription_id
    group by dates.month_start_date
)

select
    month_start_date,
    trials_count,
    paid_count,
    case when is_settled then round(paid_count::numeric / trials_count, 4) end as paid_share
from cohorts
order by month_start_date desc;
