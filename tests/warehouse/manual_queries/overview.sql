-- The business at a glance, the newest four complete weeks. What the champion promised stands beside what came true.
select
    calendar_date,
    predictions_count,
    round(accuracy::numeric, 3) as accuracy,
    judged_count,
    accuracy_missing_reason,
    round(champion_evaluation_accuracy::numeric, 3) as champion_evaluation_accuracy,
    round(satisfaction_score::numeric, 2) as satisfaction_score,
    round(revenue_usd::numeric, 2) as revenue_usd,
    round(revenue_usd_month_change::numeric, 2) as revenue_usd_month_change
from marts.metrics_overview
where is_complete_day
order by calendar_date desc
limit 28;
