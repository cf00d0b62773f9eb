-- The champion on the newest slice of time, beside what could be said without a model.
select
    performance.target,
    performance.evaluation_rows,
    round(performance.accuracy::numeric, 3) as accuracy,
    round(performance.baseline_accuracy::numeric, 3) as baseline_accuracy,
    round(performance.auc::numeric, 3) as auc,
    round(performance.log_loss_improvement::numeric, 4) as log_loss_improvement,
    round(performance.log_loss_improvement_low::numeric, 4) as improvement_low,
    round(performance.log_loss_improvement_high::numeric, 4) as improvement_high,
    round(performance.interval_coverage_share::numeric, 3) as interval_coverage_share
from marts.model_performance as performance
where
    performance.model_version = (
        select versions.model_version
        from marts.dim_model_versions as versions
        order by versions.is_champion desc, versions.trained_at desc nulls last
        limit 1
    )
order by performance.target;
