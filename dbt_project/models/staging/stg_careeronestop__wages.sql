{#- Built whole: one thing may be told under several records. -#}
{{ config(materialized='table') }}
{%- set wages = {} -%}
{%- for column, field in {'p10': 'Pct10', 'p25': 'Pct25', 'p50': 'Median', 'p75': 'Pct75', 'p90': 'Pct90'}.items() -%}
    {%- do wages.update({column: safe_number("replace(" ~ json_text('record', field) ~ ", ',', '')")}) -%}
{%- endfor -%}
{%- set area_name = json_text('record', 'AreaName') -%}
{%- set level = json_text('record', 'AreaLevel') -%}

-- Of an area's two rates the annual one counts, wherever there is one: as words, an hour comes before a year.
{{ stage_pay(
    'careeronestop', 'wages',
    observation_id=json_text('record', 'SocCode') ~ " || '|' || " ~ json_text('record', 'AreaCode'),
    basis="'official_statistic'",
    via="'bls_oews'",
    occupation_title=json_text('record', 'OccupationTitle'),
    occupation_code=json_text('record', 'SocCode'),
    country="'US'",
    region="case when " ~ level ~ " = 'State' then " ~ area_name
        ~ " when " ~ level ~ " = 'Area' then substring(" ~ area_name ~ " from ', ([A-Z]{2})') end",
    city="case when " ~ level ~ " = 'Area' then " ~ area_name ~ " end",
    area_name=area_name,
    observed_date=safe_date("substring(" ~ json_text('record', 'WageYear') ~ " from '^[0-9]{4}$') || '-05-01'"),
    salary_period="case " ~ json_text('record', 'RateType') ~ " when 'Annual' then 'year' when 'Hourly' then 'hour' else 'unknown' end",
    currency="'USD'",
    version_order=['observed_date', 'salary_period'],
    **wages
) }}
