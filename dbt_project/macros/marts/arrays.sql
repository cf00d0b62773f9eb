{#- The elements of a text array as rows of one column: `cross join {{ unnest_array('skills', 'skill_id') }}`. -#}
{% macro unnest_array(array, column_name) -%}
    {{ return(adapter.dispatch('unnest_array', 'cvplus')(array, column_name)) }}
{%- endmacro %}

{% macro postgres__unnest_array(array, column_name) -%}
    lateral unnest({{ array }}) as {{ column_name }}_rows ({{ column_name }})
{%- endmacro %}

{% macro default__unnest_array(array, column_name) -%}
    lateral explode({{ array }}) as {{ column_name }}_rows ({{ column_name }})
{%- endmacro %}


{#- The distinct texts of a group in alphabetical order, separated by commas. -#}
{% macro distinct_texts(column) -%}
    {{ dbt.listagg('distinct ' ~ column, "', '", 'order by ' ~ column) }}
{%- endmacro %}
