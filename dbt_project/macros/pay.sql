{#
    Pay for a period as pay for a year; null for a period that cannot be turned into a year (piece work, no pay).
    Factors: 2,087 hours is the US federal year (5 CFR 531), 260 working days, 26 fortnights.
#}
{% macro annual_pay(amount, period) -%}
    ({{ amount }} * case
        when {{ period }} is null or lower({{ period }}) in ('year', 'pa', 'per year') then 1
        when lower({{ period }}) in ('month', 'pm', 'per month') then 12
        when lower({{ period }}) in ('bw', 'bi-weekly', 'biweekly') then 26
        when lower({{ period }}) in ('week', 'per week') then 52
        when lower({{ period }}) in ('day', 'pd', 'per day') then 260
        when lower({{ period }}) in ('hour', 'ph', 'per hour') then 2087
    end)
{%- endmacro %}

{# An amount in USD, by the rate of its currency; null for a currency without a rate. #}
{% macro in_usd(amount, currency) -%}
    ({{ amount }} * {{ looked_up('fx_rates', 'currency', 'usd_per_unit', currency) }})
{%- endmacro %}
