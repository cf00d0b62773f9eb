{{ config(tags=['reads_predictions']) }}

with evaluated as (

    select
        model_version,
        max(trained_at) as trained_at,
        max(training_rows) as training_rows,
        max(data_snapshot) as data_snapshot,
        max(code_version) as code_version
    from {{ source('ops', 'model_evaluations') }}
    group by model_version

),

decided as (

    select
        to_version as model_version,
        from_version,
        is_promoted,
        reasons,
        decided_by,
        decided_at,
        row_number() over (partition by to_version order by decided_at desc, decision_id desc) as recency
    from {{ source('ops', 'promotions') }}

),

-- A version is champion from its promotion until the next promotion of any.
reigns as (

    select
        to_version as model_version,
        decided_at as promoted_at,
        lead(decided_at) over (order by decided_at, decision_id) as replaced_at
    from {{ source('ops', 'promotions') }}
    where is_promoted

),

reigned as (

    select
        model_version,
        min(promoted_at) as promoted_at,
        case when count(*) = count(replaced_at) then max(replaced_at) end as replaced_at
    from reigns
    group by model_version

),

scored as (

    select
        model_version,
        count(*) as predictions_count,
        min(scored_at) as first_scored_at,
        max(scored_at) as last_scored_at
    from {{ source('predictions', 'predictions') }}
    group by model_version

),

versions as (

    select model_version from evaluated
    union
    select model_version from decided
    union
    select model_version from scored

)

select
    versions.model_version,
    evaluated.trained_at,
    evaluated.training_rows,
    evaluated.data_snapshot,
    evaluated.code_version,
    decided.is_promoted as is_last_decision_promotion,
    decided.decided_by,
    decided.decided_at,
    decided.from_version as compared_with_version,
    {% for name, key in [
        ('champion_improvement', 'value'), ('champion_improvement_low', 'low'), ('champion_improvement_high', 'high')
    ] -%}
    {{ json_listed_number('decided.reasons', 'rule', 'not_worse_than_champion', key) }} as {{ name }},
    {% endfor -%}
    reigned.promoted_at,
    reigned.replaced_at,
    reigned.promoted_at is not null and reigned.replaced_at is null as is_champion,
    coalesce(scored.predictions_count, 0) as predictions_count,
    scored.first_scored_at,
    scored.last_scored_at
from versions
left join evaluated
    on versions.model_version = evaluated.model_version
left join decided
    on versions.model_version = decided.model_version and decided.recency = 1
left join reigned
    on versions.model_version = reigned.model_version
left join scored
    on versions.model_version = scored.model_version
