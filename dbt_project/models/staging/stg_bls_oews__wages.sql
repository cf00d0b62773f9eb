{%- set is_national = json_text('record', 'area_code') ~ " = '0000000'" -%}
{%- set area_name = json_text('record', 'area_name') -%}

{{ config(indexes=[{'columns': ['occupation_id']}]) }}

-- The figures of a year are those of its May, and are published a year later.
{{ stage_pay(
    'bls_oews', 'wages',
    observation_id='record_key',
    basis="'official_statistic'",
    occupation_title=json_text('record', 'occupation_name'),
    occupation_code=json_text('record', 'occupation_code'),
    industry="nullif(" ~ json_text('record', 'industry_code') ~ ", '000000')",
    country="'US'",
    region=area_name,
    city="case when " ~ is_national ~ " or " ~ us_state_code(area_name) ~ " is not null then null else " ~ area_name ~ " end",
    area_name=area_name,
    observed_date=safe_date("substring(" ~ json_text('record', 'year') ~ " from '^[0-9]{4}$') || '-05-01'"),
    salary_period="'year'",
    currency="'USD'",
    p10=safe_number(json_text('record', 'annual_p10')),
    p25=safe_number(json_text('record', 'annual_p25')),
    p50=safe_number(json_text('record', 'annual_p50')),
    p75=safe_number(json_text('record', 'annual_p75')),
    p90=safe_number(json_text('record', 'annual_p90')),
    sample_size=safe_number(json_text('record', 'employment')),
) }}
