{{ config(indexes=[{'columns': ['occupation_id']}]) }}

with source as (

    {{ accepted_versions('bls_oews', 'wages') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        known_at,
        {{ json_text('record', 'area_code') }} as area_code,
        {{ json_text('record', 'area_name') }} as area_name,
        {{ json_text('record', 'industry_code') }} as industry_code,
        {{ safe_integer(json_text('record', 'year')) }} as survey_year,
        {{ safe_date(json_text('record', 'published_at')) }} as published_date,
        {{ soc_code(json_text('record', 'occupation_code')) }} as occupation_id,
        {{ json_text('record', 'occupation_name') }} as occupation_name,
        {{ safe_number(json_text('record', 'employment')) }} as employment,
        {{ safe_number(json_text('record', 'annual_p10')) }} as annual_p10,
        {{ safe_number(json_text('record', 'annual_p25')) }} as annual_p25,
        {{ safe_number(json_text('record', 'annual_p50')) }} as annual_p50,
        {{ safe_number(json_text('record', 'annual_p75')) }} as annual_p75,
        {{ safe_number(json_text('record', 'annual_p90')) }} as annual_p90,
        {{ safe_number(json_text('record', 'hourly_p10')) }} as hourly_p10,
        {{ safe_number(json_text('record', 'hourly_p25')) }} as hourly_p25,
        {{ safe_number(json_text('record', 'hourly_p50')) }} as hourly_p50,
        {{ safe_number(json_text('record', 'hourly_p75')) }} as hourly_p75,
        {{ safe_number(json_text('record', 'hourly_p90')) }} as hourly_p90
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    area_code,
    area_name,
    industry_code,
    survey_year,
    published_date,
    occupation_id,
    occupation_name,
    employment,
    annual_p10,
    annual_p25,
    annual_p50,
    annual_p75,
    annual_p90,
    hourly_p10,
    hourly_p25,
    hourly_p50,
    hourly_p75,
    hourly_p90,
    known_at,
    {{ known_until(['area_code', 'industry_code', 'occupation_id', 'survey_year'], ['published_date']) }} as known_until
from renamed
