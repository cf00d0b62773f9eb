{#- A number at a path of a json column: json_number('metrics', 'auc'). Null where the path or a number is missing. -#}
{% macro json_number(column) -%}
    {{ safe_number(adapter.dispatch('json_text', 'cvplus')(column, varargs)) }}
{%- endmacro %}
