{# The weeks that examples look back on, and the last half year: week_start_date, and feature_at, when the week is over and known. #}
{% macro example_weeks() -%}
    select
        week_start_date,
        {{ utc_midnight('week_start_date + 7') }} as feature_at
    from (
        select {{ utc_week('applied_at') }} - 7 as week_start_date from {{ ref('int_applications') }}
        union
        select {{ utc_week(horizon()) }} - 7 * week_number from generate_series(1, 26) as week_number
    ) as wanted
    where week_start_date is not null
{%- endmacro %}
