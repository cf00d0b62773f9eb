{#- Built whole: one thing may be told under several records. -#}
{{ config(materialized='table') }}
{#- A match that nobody has reviewed is no statement about pay. -#}
{%- set percentiles = {} -%}
{%- for number in [10, 25, 50, 75, 90] -%}
    {%- do percentiles.update({'p' ~ number: "case when " ~ json_text('record', 'MatchRating') ~ " = 'Confident' then "
        ~ safe_number(json_text('record', 'Salary' ~ number)) ~ " end"}) -%}
{%- endfor -%}

{{ stage_pay(
    'salary_com', 'market_pay',
    observation_id=json_text('record', 'Question'),
    basis="'modelled'",
    occupation_title=json_text('record', 'AskedTitle'),
    occupation_code=json_text('record', 'OccupationCode'),
    industry="nullif(" ~ json_text('record', 'DataScope_IndustryCode') ~ ", 'ALL')",
    country=json_text('record', 'DataScope_CountryCode'),
    region=json_text('record', 'DataScope_State'),
    city=json_text('record', 'DataScope_City'),
    area_name="concat_ws(', ', " ~ json_text('record', 'DataScope_City') ~ ", " ~ json_text('record', 'DataScope_State') ~ ", "
        ~ json_text('record', 'DataScope_CountryCode') ~ ")",
    observed_date=safe_date(json_text('record', 'Month')),
    salary_period="'year'",
    currency=json_text('record', 'CurrencyCode'),
    version_order=['observed_date'],
    **percentiles
) }}
