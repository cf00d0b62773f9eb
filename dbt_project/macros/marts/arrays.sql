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


{#- The distinct texts of a group in alphabetical order, as an array. -#}
{% macro distinct_array(column) -%}
    {{ return(adapter.dispatch('distinct_array', 'cvplus')(column)) }}
{%- endmacro %}

{% macro postgres__distinct_array(column) -%}
    array_agg(distinct {{ column }} order by {{ column }})
{%- endmacro %}

{% macro default__distinct_array(column) -%}
    array_sort(collect_set({{ column }}))
{%- endmacro %}


{#- An array of texts without `|` as one text, and back: arrays of unlike length are not aggregated everywhere. -#}
{% macro array_as_text(array) -%} array_to_string({{ array }}, '|') {%- endmacro %}

{% macro text_as_array(text) -%}
    {{ return(adapter.dispatch('text_as_array', 'cvplus')(text)) }}
{%- endmacro %}

{% macro postgres__text_as_array(text) -%} string_to_array({{ text }}, '|') {%- endmacro %}

{% macro default__text_as_array(text) -%} filter(split({{ text }}, '[|]'), one -> one <> '') {%- endmacro %}
