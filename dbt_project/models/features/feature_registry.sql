-- What is declared of each feature, and how much the champion looks at it: built once there is one.
{{ config(tags=['reads_predictions']) }}

with champion as (

    select to_version as model_version
    from {{ source('ops', 'promotions') }}
    where is_promoted
    order by decided_at desc
    limit 1

),

importances as (

    -- The mean over the targets, each scaled to add up to one.
    select
        scaled.feature,
        avg(scaled.importance) as importance
    from (
        select
            importances.feature,
            importances.importance / nullif(sum(importances.importance) over (partition by importances.target), 0)
                as importance
        from {{ source('ops', 'feature_importances') }} as importances
        inner join champion on importances.model_version = champion.model_version
    ) as scaled
    group by scaled.feature

)

select
    declared.feature,
    declared.group_name,
    declared.entity,
    declared.data_type,
    declared.unit,
    declared.meaning,
    declared.expected_direction,
    declared.time_to_live_hours,
    declared.is_model_input,
    declared.moves_with_time,
    declared.table_name,
    declared.null_rate,
    importances.importance
from {{ ref('feature_declarations') }} as declared
left join importances on declared.feature = importances.feature
