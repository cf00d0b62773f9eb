{# The instant "now" of the warehouse: nothing that is built depends on when it is built. #}
{% macro horizon() -%}
    {%- if var('horizon') -%}
        cast('{{ var("horizon") }}' as timestamptz)
    {%- else -%}
        (
            select coalesce(
                max(accepted_batch.window_end) filter (where accepted_batch.source = 'product'),
                max(accepted_batch.window_end)
            )
            from {{ source('ops', 'batches') }} as accepted_batch
            where accepted_batch.state in ('accepted', 'released')
        )
    {%- endif -%}
{%- endmacro %}

{# The UTC day of an instant, and the Monday of its UTC week. #}
{% macro utc_date(instant) -%}
    ({{ instant }} at time zone 'UTC')::date
{%- endmacro %}

{% macro utc_week(instant) -%}
    date_trunc('week', {{ instant }} at time zone 'UTC')::date
{%- endmacro %}

{# Midnight UTC at the beginning of a date. #}
{% macro utc_midnight(date) -%}
    (({{ date }})::timestamp at time zone 'UTC')
{%- endmacro %}

{# Days from one instant to another, with fractions. #}
{% macro days_between(earlier, later) -%}
    (extract(epoch from {{ later }} - {{ earlier }}) / 86400.0)::double precision
{%- endmacro %}

{# An instant as a number, the same whatever the session's time zone. #}
{% macro seconds_since_epoch(instant) -%}
    extract(epoch from {{ instant }})
{%- endmacro %}
