-- How the predictions of each week fared. Before anything has matured the metrics are null, not nought.
select
    week_start_date,
    target,
    model_version,
    predictions_count,
    matured_count,
    pending_count,
    never_count,
    round(accuracy::numeric, 3) as accuracy,
    round(baseline_accuracy::numeric, 3) as baseline_accuracy,
    round(auc::numeric, 3) as auc,
    round(interval_coverage_share::numeric, 3) as interval_coverage_share
from marts.prediction_accuracy_weekly
where segment = 'all'
order by week_start_date desc, target asc
limit 20;
