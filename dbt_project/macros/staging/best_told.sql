{#
    Of a group of tellers' words (`version`, with a rank), the value of the most trusted one that tells `told`; null when
    none does. Values that are one statement (both ends of a range) name the same `told`.
#}
{% macro best_told(value, told, rank='version.teller_rank') -%}
    {{ return(adapter.dispatch('best_told', 'cvplus')(value, told, rank)) }}
{%- endmacro %}

{% macro postgres__best_told(value, told, rank) -%}
    (array_agg({{ value }} order by {{ rank }}) filter (where {{ told }} is not null))[1]
{%- endmacro %}

{% macro default__best_told(value, told, rank) -%}
    min_by({{ value }}, {{ rank }}) filter (where {{ told }} is not null)
{%- endmacro %}
