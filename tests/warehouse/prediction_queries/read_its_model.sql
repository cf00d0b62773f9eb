select
    evaluations.target, evaluations.is_trained, evaluations.evaluation_rows,
    evaluations.metrics ->> 'data_origin' as data_origin,
    compared ->> 'metric' as metric, compared ->> 'model' as model, compared ->> 'base_rate' as base_rate,
    compared ->> 'difference' as difference, compared ->> 'low' as low, compared ->> 'high' as high
from ops.model_evaluations as evaluations
left join lateral jsonb_array_elements(evaluations.metrics -> 'comparison') as compared on true
where evaluations.model_version = (
    select to_version from ops.promotions where is_promoted order by decided_at desc limit 1
)
order by evaluations.target, metric;
