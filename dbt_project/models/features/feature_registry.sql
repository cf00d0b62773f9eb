-- Built from the YAML beside the feature tables (config.meta.feature): the one place where features are named.
-- depends_on: {{ ref('cv_features') }}, {{ ref('job_features') }}, {{ ref('market_features') }}
-- depends_on: {{ ref('temporal_features') }}, {{ ref('user_behavior_features') }}, {{ ref('pair_features') }}
{%- set features = registered_features() %}

with counted as (

    -- How often each feature is missing in the training examples.
    select
        count(*) as examples
        {%- for feature in features if feature.is_model_input %}
            ,
            count({{ feature.name }}) as {{ feature.name }}
    {%- endfor %}
    from {{ ref('training_examples') }}

),

registered as (

    {% for feature in features -%}
        select
            '{{ feature.name }}' as feature,
            '{{ feature.group }}' as group_name,
            '{{ feature.entity }}' as entity,
            '{{ feature.data_type }}' as data_type,
            '{{ feature.unit }}' as unit,
            '{{ feature.meaning | replace("'", "''") }}' as meaning,
            '{{ feature.expected_direction }}' as expected_direction,
            {{ feature.time_to_live_hours }}::double precision as time_to_live_hours,
            {{ feature.is_model_input }} as is_model_input,
            {{ feature.moves_with_time }} as moves_with_time,
            '{{ feature.table_name }}' as table_name,
            {% if feature.is_model_input -%}
                (1 - counted.{{ feature.name }}::double precision / nullif(counted.examples, 0)) as null_rate
            {%- else -%}
                null::double precision as null_rate
            {%- endif %}
        from counted
            {{ 'union all' if not loop.last }}
    {% endfor %}
),

champion as (

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
    registered.feature,
    registered.group_name,
    registered.entity,
    registered.data_type,
    registered.unit,
    registered.meaning,
    registered.expected_direction,
    registered.time_to_live_hours,
    registered.is_model_input,
    registered.moves_with_time,
    registered.table_name,
    registered.null_rate,
    importances.importance
from registered
left join importances on registered.feature = importances.feature
