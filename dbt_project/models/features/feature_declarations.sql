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
)

select * from registered
