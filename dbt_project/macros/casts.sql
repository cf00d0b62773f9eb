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

{#
    A number, or null ("nan", "infinity" and "0x1F" are none). One of 1e15 or more is null, and one so small that it takes
    forty digits to write: nothing is counted or paid in such numbers, and what is made of them could not be held.
#}
{% macro safe_number(expression) -%}
    {{ strictly_within(
        safe_cast_text("substring(" ~ expression ~ " from '^[[:space:]]*[-+]?[0-9.]{1,40}(?:[eE][-+]?[0-9]{1,2})?[[:space:]]*$')", 'double precision'),
        '-1e15::double precision', '1e15::double precision'
    ) }}
{%- endmacro %}

{# The value where it lies between two others, else null; the expression is worked out once. #}
{% macro strictly_within(expression, low, high) -%}
    nullif(nullif(greatest(least({{ expression }}, {{ high }}), {{ low }}), {{ low }}), {{ high }})
{%- endmacro %}

{# A whole number, or null; "3.0" is 3. What a column of the type cannot hold is null too. #}
{% macro safe_integer(expression) -%}
    (case when abs({{ safe_number(expression) }}) < 2147483647 then round({{ safe_number(expression) }})::integer end)
{%- endmacro %}

{% macro safe_bigint(expression) -%}
    (case when abs({{ safe_number(expression) }}) < 9e18 then round({{ safe_number(expression) }})::bigint end)
{%- endmacro %}

{# An instant that can be one of a record's: within three centuries, else null, for sums of years must have room. #}
{% macro believable_instant(expression) -%}
    {{ strictly_within(expression, "'1900-01-01 00:00:00+00'::timestamptz", "'2200-01-01 00:00:00+00'::timestamptz") }}
{%- endmacro %}

{#
    An instant from ISO 8601 text with an offset, or null: "Z", "+02:00", "+0200", "+02", "UTC", "GMT"; UTC where there
    is none. Two digits behind a sign are an offset behind a time only: behind a month they are a day.
#}
{% macro safe_instant(expression) -%}
    {{ believable_instant(safe_cast_text("case when " ~ expression ~ " ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then case when "
        ~ expression ~ " ~* '(z|utc|gmt|[+-][0-9]{2}:?[0-9]{2}|[t ][0-9]{2}(:[0-9.:]+)? ?[+-][0-9]{2})$' then " ~ expression
        ~ " else " ~ expression ~ " || ' UTC' end end", 'timestamptz')) }}
{%- endmacro %}

{# A date that can be one of a record's, else null: of the years 1000 (firms are old) to 2199. #}
{% macro believable_date(expression) -%}
    {{ strictly_within(expression, "'0999-12-31'::date", "'2200-01-01'::date") }}
{%- endmacro %}

{# A date from the first ten characters of ISO 8601 text, or null. #}
{% macro safe_date(expression) -%}
    {{ believable_date(safe_cast_text("case when " ~ expression ~ " ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then left(" ~ expression ~ ", 10) end", 'date')) }}
{%- endmacro %}

{# True or false from "true", "t", "yes", "1" and their opposites in any case, else null. #}
{% macro safe_boolean(expression) -%}
    {{ safe_cast_text("lower(" ~ expression ~ ")", 'boolean') }}
{%- endmacro %}

{# An instant from epoch seconds, or null. #}
{% macro epoch_instant(expression) -%}
    {{ believable_instant("(case when abs(" ~ safe_number(expression) ~ ") < 253402300800 then to_timestamp(" ~ safe_number(expression) ~ ") end)") }}
{%- endmacro %}

{# An instant from epoch milliseconds, or null. #}
{% macro epoch_millis_instant(expression) -%}
    {{ believable_instant("(case when abs(" ~ safe_number(expression) ~ ") < 253402300800000 then to_timestamp(" ~ safe_number(expression) ~ " / 1000.0) end)") }}
{%- endmacro %}

{# An instant from text without a zone that means US Eastern time (USAJOBS), or null. #}
{% macro eastern_instant(expression) -%}
    {{ believable_instant("(" ~ safe_cast_text("substring(" ~ expression ~ " from '^[0-9]{4}-[0-9]{2}-[0-9]{2}.{0,13}')", 'timestamp') ~ " at time zone 'America/New_York')") }}
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
