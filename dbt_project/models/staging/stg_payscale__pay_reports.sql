{#- Built whole: one thing may be told under several records. -#}
{{ config(materialized='table') }}
{#- Base pay of a year, else of an hour; the reports stand by themselves or under `Reports`. A rating of 0 is no statement. -#}
{%- set told = {} -%}
{%- for report in ['BasePayReport', 'HourlyPayReport'] -%}
    {%- for field in ['Percentile10', 'Percentile25', 'Percentile50', 'Percentile75', 'Percentile90', 'CurrencyName'] -%}
        {%- do told.update({report ~ field: 'coalesce(' ~ json_text('record', report, field) ~ ', '
            ~ json_text('record', 'Reports', report, field) ~ ')'}) -%}
    {%- endfor -%}
{%- endfor -%}
{%- set percentiles = {} -%}
{%- for number in [10, 25, 50, 75, 90] -%}
    {%- do percentiles.update({'p' ~ number: 'case when ' ~ safe_number(json_text('record', 'ReportRating')) ~ ' > 0 then '
        ~ safe_number('coalesce(' ~ told['BasePayReportPercentile' ~ number] ~ ', ' ~ told['HourlyPayReportPercentile' ~ number] ~ ')')
        ~ ' end'}) -%}
{%- endfor -%}
{%- set level = json_text('record', 'LevelUsed') -%}
{%- set country = json_text('record', 'asked', 'place', 'Country') -%}
{%- set state = json_text('record', 'asked', 'place', 'State') -%}
{%- set city = json_text('record', 'asked', 'place', 'City') -%}
{%- set used_state = "case when " ~ level ~ " in ('Metro', 'City', 'State', 'Region') then " ~ state ~ " end" -%}
{%- set used_city = "case when " ~ level ~ " in ('Metro', 'City') then " ~ city ~ " end" -%}

{{ stage_pay(
    'payscale', 'pay_reports',
    observation_id=json_text('record', 'question'),
    basis="'modelled'",
    occupation_title="coalesce(" ~ json_text('record', 'Context', 'MatchedJobTitle') ~ ", " ~ json_text('record', 'asked', 'title') ~ ")",
    occupation_code=json_text('record', 'asked', 'code'),
    country=country,
    region=used_state,
    city=used_city,
    area_name="concat_ws(', ', " ~ used_city ~ ", " ~ used_state ~ ", " ~ country ~ ")",
    observed_date=safe_date(json_text('record', 'month')),
    salary_period="case when " ~ told['BasePayReportPercentile50'] ~ " is null then 'hour' else 'year' end",
    currency="case coalesce(" ~ told['BasePayReportCurrencyName'] ~ ", " ~ told['HourlyPayReportCurrencyName'] ~ ")"
        ~ " when 'US Dollar' then 'USD' when 'Euro' then 'EUR' when 'British Pound' then 'GBP' when 'Canadian Dollar' then 'CAD'"
        ~ " when 'Australian Dollar' then 'AUD' when 'Indian Rupee' then 'INR' end",
    sample_size=safe_number(json_text('record', 'TotalProfilesAnalyzed')),
    version_order=['observed_date'],
    **percentiles
) }}
