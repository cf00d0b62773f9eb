{#- Months read "Jan-19". -#}
{%- set month = json_text('record', 'month') -%}
{%- set number = "(position(left(" ~ month ~ ", 3) in 'JanFebMarAprMayJunJulAugSepOctNovDec') + 2) / 3" -%}
{%- set day = "'20' || right(" ~ month ~ ", 2) || '-' || lpad((" ~ number ~ ")::text, 2, '0') || '-01'" -%}
{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('indeed', 'wage_growth') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ safe_date(day) }} as index_date,
        nullif({{ json_text('record', 'jobcountry') }}, 'EA') as country,
        {{ safe_number(json_text('record', 'posted_wage_growth_yoy')) }} as wage_growth,
        {{ safe_number(json_text('record', 'posted_wage_growth_yoy_3moavg')) }} as wage_growth_3_months
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    index_date,
    country,
    wage_growth,
    wage_growth_3_months,
    known_at,
    {{ known_until(['index_date', 'country']) }} as known_until
from renamed
