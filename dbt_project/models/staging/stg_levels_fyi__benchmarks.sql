{#- Built whole: one thing may be told under several records. -#}
{{ config(materialized='table') }}
-- Pay is base pay here as everywhere; of stock and bonus only the totals have percentiles.
{{ stage_pay(
    'levels_fyi', 'benchmarks',
    observation_id=json_text('record', 'benchmarkId'),
    basis="'reported'",
    occupation_title=json_text('record', 'jobFamilyName'),
    company_name=json_text('record', 'company', 'name'),
    country=json_text('record', 'location', 'countryCode'),
    area_name=json_text('record', 'location', 'name'),
    observed_date=safe_date(json_text('record', 'windowEnd')),
    salary_period=json_text('record', 'period'),
    currency=json_text('record', 'currency'),
    p25=safe_number(json_text('record', 'baseSalary', 'p25')),
    p50=safe_number(json_text('record', 'baseSalary', 'p50')),
    p75=safe_number(json_text('record', 'baseSalary', 'p75')),
    p90=safe_number(json_text('record', 'baseSalary', 'p90')),
    sample_size=safe_number(json_text('record', 'sampleCount')),
    updated_at=safe_instant(json_text('record', 'updatedAt')),
) }}
