{#- Built whole: one thing may be told under several records. -#}
{{ config(materialized='table') }}
-- What is said of one title under many counts once, and where its range was told too, with the range.
{{ stage_pay(
    'glassdoor_salaries', 'job_progression',
    observation_id="lower(" ~ json_text('record', 'nextJobTitle') ~ ")",
    basis="'modelled'",
    occupation_title=json_text('record', 'nextJobTitle'),
    country="'US'",
    observed_date=safe_date(json_text('record', 'month')),
    salary_period="'year'",
    currency=json_text('record', 'payCurrencyCode'),
    low=safe_number(json_text('record', 'payLow')),
    median=safe_number(json_text('record', 'medianSalary')),
    high=safe_number(json_text('record', 'payHigh')),
    version_order=['observed_date', 'low is not null'],
) }}
