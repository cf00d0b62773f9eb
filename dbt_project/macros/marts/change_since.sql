{#- A value less the same value so many rows earlier; null while there is no earlier row. -#}
{% macro change_since(column, rows_earlier, order_by) -%}
    {{ column }} - lag({{ column }}, {{ rows_earlier }}) over (order by {{ order_by }})
{%- endmacro %}
