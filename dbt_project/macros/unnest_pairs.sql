{#
    Two text arrays of one length as rows of two columns, position by position:
    `cross join {{ unnest_pairs('thing_ids', 'since', 'thing_id', 'since_text') }}`.
#}
{% macro unnest_pairs(first, second, first_name, second_name) -%}
    {{ return(adapter.dispatch('unnest_pairs', 'cvplus')(first, second, first_name, second_name)) }}
{%- endmacro %}

{% macro postgres__unnest_pairs(first, second, first_name, second_name) -%}
    lateral unnest({{ first }}, {{ second }}) as pairs ({{ first_name }}, {{ second_name }})
{%- endmacro %}

{% macro default__unnest_pairs(first, second, first_name, second_name) -%}
    lateral inline(arrays_zip({{ first }}, {{ second }})) as pairs ({{ first_name }}, {{ second_name }})
{%- endmacro %}
