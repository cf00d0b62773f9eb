-- The business at a glance, the newest four weeks.
select
    calendar_date,
    predictions_count,
    round(accuracy::numeric, 3) as accuracy,
    round(satisfaction_score::numeric, 2) as satisfaction_score,
    round(revenue_usd::numeric, 2) as revenue_usd,
    round(revenue_usd_month_change::numeric, 2) as revenue_usd_month_change
from marts.metrics_overview
order by calendar_date desc
limit 28;
