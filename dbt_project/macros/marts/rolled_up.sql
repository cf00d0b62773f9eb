{#-
  The columns of a cell of a week that is grouped by `week_start_date, cube(<dimensions>)`: `all` stands where a
  dimension is summed over. The dimensions are never null.
-#}
{% macro rolled_up_cell(dimensions, alias) -%}
    {{ alias }}.week_start_date
    {%- for dimension in dimensions %},
        case when grouping({{ alias }}.{{ dimension }}) = 1 then 'all' else {{ alias }}.{{ dimension }} end as {{ dimension }}
    {%- endfor %}
{%- endmacro %}


{#- How many rows of a group meet a condition. -#}
{% macro count_if(condition) -%}
    count(case when {{ condition }} then 1 end)
{%- endmacro %}


{#- The median of an expression within its group, where `least_in_median` values or more stand behind it. -#}
{% macro median_of_enough(expression) -%}
    case when count({{ expression }}) >= {{ var('least_in_median') }} then {{ median_of(expression) }} end
{%- endmacro %}
