{#- The condition that two tables agree on every column of a composite key whose columns are never null. -#}
{% macro same_key(left, right, columns) -%}
    {%- for column in columns -%}
    {{ left }}.{{ column }} = {{ right }}.{{ column }}
    {%- if not loop.last %} and {% endif -%}
    {%- endfor -%}
{%- endmacro %}
