{# A text as a value of a type, or null when it is not one: one bad value never stops a build. #}
{% macro safe_cast_text(expression, type) -%}
    {{ return(adapter.dispatch('safe_cast_text', 'cvplus')(expression, type)) }}
{%- endmacro %}

{% macro postgres__safe_cast_text(expression, type) -%}
    (case when pg_input_is_valid({{ expression }}, '{{ type }}') then ({{ expression }})::{{ type }} end)
{%- endmacro %}

{% macro default__safe_cast_text(expression, type) -%}
    try_cast({{ expression }} as {{ type }})
{%- endmacro %}

{# A finite number, or null ("nan" and "infinity" have no digit and are not one, nor is "0x1F"). #}
{% macro safe_number(expression) -%}
    {{ safe_cast_text("nullif(substring(" ~ expression ~ " from '^[^xX]*[0-9][^xX]*$'), '')", 'double precision') }}
{%- endmacro %}

{# A whole number, or null; "3.0" is 3. What a column of the type cannot hold is null too. #}
{% macro safe_integer(expression) -%}
    (case when abs({{ safe_number(expression) }}) < 2147483647 then round({{ safe_number(expression) }})::integer end)
{%- endmacro %}

{% macro safe_bigint(expression) -%}
    (case when abs({{ safe_number(expression) }}) < 9e18 then round({{ safe_number(expression) }})::bigint end)
{%- endmacro %}

{# An instant from ISO 8601 text with an offset (UTC where there is none), or null. #}
{% macro safe_instant(expression) -%}
    {{ safe_cast_text("case when " ~ expression ~ " ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then case when "
        ~ expression ~ " ~ '(Z|[+-][0-9]{2}:?[0-9]{2})$' then " ~ expression
        ~ " else " ~ expression ~ " || ' UTC' end end", 'timestamptz') }}
{%- endmacro %}

{# A date from the first ten characters of ISO 8601 text, or null. #}
{% macro safe_date(expression) -%}
    {{ safe_cast_text("case when " ~ expression ~ " ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then left(" ~ expression ~ ", 10) end", 'date') }}
{%- endmacro %}

{# True or false from "true", "t", "yes", "1" and their opposites in any case, else null. #}
{% macro safe_boolean(expression) -%}
    {{ safe_cast_text("lower(" ~ expression ~ ")", 'boolean') }}
{%- endmacro %}

{# An instant from epoch seconds, or null, also for one beyond the year 9999. #}
{% macro epoch_instant(expression) -%}
    (case when abs({{ safe_number(expression) }}) < 253402300800 then to_timestamp({{ safe_number(expression) }}) end)
{%- endmacro %}

{# An instant from epoch milliseconds, or null. #}
{% macro epoch_millis_instant(expression) -%}
    (case when abs({{ safe_number(expression) }}) < 253402300800000 then to_timestamp({{ safe_number(expression) }} / 1000.0) end)
{%- endmacro %}

{# An instant from text without a zone that means US Eastern time (USAJOBS), or null. #}
{% macro eastern_instant(expression) -%}
    ({{ safe_cast_text("substring(" ~ expression ~ " from '^[0-9]{4}-[0-9]{2}-[0-9]{2}.{0,13}')", 'timestamp') }} at time zone 'America/New_York')
{%- endmacro %}

{# An occupation code with its dash: "151252" and "15-1252" are 15-1252; null when it has not six digits. #}
{% macro soc_code(expression) -%}
    (
        case
            when length(regexp_replace({{ expression }}, '[^0-9]', '', 'g')) = 6
                then
                    left(regexp_replace({{ expression }}, '[^0-9]', '', 'g'), 2) || '-'
                    || right(regexp_replace({{ expression }}, '[^0-9]', '', 'g'), 4)
        end
    )
{%- endmacro %}
