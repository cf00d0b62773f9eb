-- What each plan brought in, month by month: a day's share (a year's price over 365) of every subscription that was paid
-- for at midnight. Null where a price cannot be told in USD. The newest month holds its days so far (days_count).
select
    dates.month_start_date,
    subscriptions.plan,
    count(distinct dates.calendar_date) as days_count,
    count(distinct subscriptions.subscription_id) as subscriptions_count,
    case
        when count(*) = count(subscriptions.monthly_amount_usd)
            then round(sum(subscriptions.monthly_amount_usd * 12 / 365)::numeric, 2)
    end as revenue_usd
from marts.dim_dates as dates
inner join marts.fct_subscriptions as subscriptions
    on
        dates.calendar_date::timestamp at time zone 'UTC' >= subscriptions.period_start_at
        and (
            subscriptions.period_end_at is null
            or dates.calendar_date::timestamp at time zone 'UTC' < subscriptions.period_end_at
        )
where dates.is_past and subscriptions.is_paying
group by dates.month_start_date, subscriptions.plan
order by dates.month_start_date desc, subscriptions.plan asc;
