{#
    Of a group of tellers' words (`version`, with `teller_rank`), the value of the most trusted one that tells `told`;
    null when none does. Values that are one statement (both ends of a range) name the same `told`.
#}
{% macro best_told(value, told) -%}
    {{ return(adapter.dispatch('best_told', 'cvplus')(value, told)) }}
{%- endmacro %}

{% macro postgres__best_told(value, told) -%}
    (array_agg({{ value }} order by version.teller_rank) filter (where {{ told }} is not null))[1]
{%- endmacro %}

{% macro default__best_told(value, told) -%}
    min_by({{ value }}, version.teller_rank) filter (where {{ told }} is not null)
{%- endmacro %}
