{#
    Pay for a period as pay for a year; null for a period that cannot be turned into a year (piece work, no pay).
    Factors: 2,087 hours is the US federal year (5 CFR 531), 260 working days, 26 fortnights.
#}
{% macro annual_pay(amount, period) -%}
    {%- set factors = {
        1: ['year', 'pa', 'per year', 'yearly', 'annual', 'annually', 'per-year-salary', 'p.a.', 'annum', 'per annum', '1 year'],
        12: ['month', 'pm', 'per month', 'monthly', 'per-month-salary', '1 month'],
        24: ['semi-monthly', 'semimonthly', 'semi-month-salary'],
        26: ['bw', 'bi-weekly', 'biweekly', 'bi-week-salary', 'fortnight', 'fortnightly'],
        52: ['week', 'per week', 'weekly', 'per-week-salary', '1 week'],
        260: ['day', 'pd', 'per day', 'daily', 'per-day-wage', '1 day'],
        2087: ['hour', 'ph', 'per hour', 'hourly', 'per-hour-wage', '1 hour'],
    } -%}
    ({{ amount }} * case
        when {{ period }} is null then 1
        {%- for factor, periods in factors.items() %}
        when lower({{ period }}) in ('{{ periods | join("', '") }}') then {{ factor }}
        {%- endfor %}
    end)
{%- endmacro %}

{# Pay that a posting states, for a year: nought is no statement. #}
{% macro stated_pay(amount, period) -%}
    nullif(greatest({{ annual_pay(amount, period) }}, 0), 0)
{%- endmacro %}

{#
    An amount in USD, at the rate of the last day before `day` that has one, as that rate was known at `known_at` (of the
    amount itself). So what is known at an instant never needs a rate, or a correction of one, that came later
    (`int_fx_rates`). Null for a currency without a rate, and without a day.
#}
{% macro in_usd(amount, currency, day, known_at='known_at') -%}
    ({{ amount }} * (
        select usd_for_one
        from (
            select
                currency as rate_currency,
                usd_per_unit as usd_for_one,
                valid_from as rate_from,
                known_at as rate_known_at,
                known_until as rate_known_until
            from {{ ref('int_fx_rates') }}
        ) as fx_rate
        where
            rate_currency = {{ currency }}
            and rate_from <= {{ day }}
            and {{ as_of('fx_rate', known_at, prefix='rate_') }}
        order by rate_from desc
        limit 1
    ))
{%- endmacro %}

{# The day for the conversion of something that happened at an instant: never one after it was known. #}
{% macro rate_day(happened_at) -%}
    {{ utc_date('least(' ~ happened_at ~ ', known_at)') }}
{%- endmacro %}


{# Whether a version of a posting tells pay in fields of its own. #}
{% macro is_pay_told(version) -%}
    coalesce({{ version }}.salary_min, {{ version }}.salary_max) is not null
{%- endmacro %}
