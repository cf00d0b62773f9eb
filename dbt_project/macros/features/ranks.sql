{# Seniority as a number, 0 (intern) to 6 (executive). #}
{% macro seniority_rank(seniority) -%}
    (
        case {{ seniority }}
            when 'intern' then 0 when 'junior' then 1 when 'mid' then 2 when 'senior' then 3
            when 'lead' then 4 when 'manager' then 5 when 'executive' then 6
        end
    )::double precision
{%- endmacro %}

{# The seniority, 0 to 6 as above, that so many years of work usually stand for. #}
{% macro experience_rank(years) -%}
    (
        case
            when {{ years }} < 0.5 then 0 when {{ years }} < 2 then 1 when {{ years }} < 5 then 2
            when {{ years }} < 10 then 3 when {{ years }} < 15 then 4 when {{ years }} >= 15 then 5
        end
    )::double precision
{%- endmacro %}

{#
    How near two occupations of the SOC are: 1 for one occupation, three, two and one quarter for one broad, minor and major
    group, else 0; null where either is unknown.
#}
{% macro occupation_likeness(one, other) -%}
    (
        case
            when {{ one }} is null or {{ other }} is null then null
            when {{ one }} = {{ other }} then 1
            when left({{ one }}, 6) = left({{ other }}, 6) then 0.75
            when left({{ one }}, 5) = left({{ other }}, 5) then 0.5
            when left({{ one }}, 2) = left({{ other }}, 2) then 0.25
            else 0
        end
    )::double precision
{%- endmacro %}

{# Where pay stands among the five published percentiles, 0.05 to 0.95, on a straight line between them. #}
{% macro pay_percentile(pay, official) -%}
    {%- set points = [('p10_usd', 0.10), ('p25_usd', 0.25), ('p50_usd', 0.50), ('p75_usd', 0.75), ('p90_usd', 0.90)] -%}
    (
        case
            when {{ pay }} is null or {{ official }}.p50_usd is null then null
            when {{ pay }} < {{ official }}.p10_usd then 0.05
            {% for low, share in points[:-1] -%}
            {%- set high, next_share = points[loop.index] -%}
            when {{ pay }} < {{ official }}.{{ high }}
                then
                    {{ share }} + ({{ next_share }} - {{ share }}) * greatest({{ pay }} - {{ official }}.{{ low }}, 0)
                    / nullif({{ official }}.{{ high }} - {{ official }}.{{ low }}, 0)
            {% endfor -%}
            when {{ official }}.p90_usd is not null then 0.95
        end
    )::double precision
{%- endmacro %}
