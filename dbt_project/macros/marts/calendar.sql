{#- An instant so many days of 24 hours later. -#}
{% macro plus_days(instant, days) -%}
    {{ return(adapter.dispatch('plus_days', 'cvplus')(instant, days)) }}
{%- endmacro %}

{% macro postgres__plus_days(instant, days) -%}
    ({{ instant }} + {{ days }} * interval '24 hours')
{%- endmacro %}

{% macro default__plus_days(instant, days) -%}
    {{ dbt.dateadd('hour', 24 * days, instant) }}
{%- endmacro %}


{#- A query of one column, calendar_date: every day from the first to the last, both dates. -#}
{% macro date_series(first_date, last_date) -%}
    {{ return(adapter.dispatch('date_series', 'cvplus')(first_date, last_date)) }}
{%- endmacro %}

{% macro postgres__date_series(first_date, last_date) -%}
    select {{ first_date }} + day_number as calendar_date
    from generate_series(0, {{ last_date }} - {{ first_date }}) as day_number
{%- endmacro %}

{% macro default__date_series(first_date, last_date) -%}
    select explode(sequence({{ first_date }}, {{ last_date }})) as calendar_date
{%- endmacro %}


{#- The first day of the week (a Monday), month or quarter of a date. -#}
{% macro first_day_of(period, day) -%}
    cast({{ dbt.date_trunc(period, day) }} as date)
{%- endmacro %}


{#- A relation for a join: for each row of the query so far one row a week, from one Monday to another, both dates. -#}
{% macro each_week(first_week, last_week, alias) -%}
    {{ return(adapter.dispatch('each_week', 'cvplus')(first_week, last_week, alias)) }}
{%- endmacro %}

{% macro postgres__each_week(first_week, last_week, alias) -%}
    cross join lateral (
        select {{ first_week }} + 7 * week_number as week_start_date
        from generate_series(0, ({{ last_week }} - {{ first_week }}) / 7) as week_number
    ) as {{ alias }}
{%- endmacro %}

{% macro default__each_week(first_week, last_week, alias) -%}
    lateral view explode(sequence({{ first_week }}, {{ last_week }}, interval 7 day)) {{ alias }} as week_start_date
{%- endmacro %}


{#- The newest week of which any part lies before the horizon. -#}
{% macro newest_week() -%}
    {{ utc_week('(' ~ horizon() ~ " - interval '1 microsecond')") }}
{%- endmacro %}
