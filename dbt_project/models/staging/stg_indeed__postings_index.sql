{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('indeed', 'postings_index') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ safe_date(json_text('record', 'date')) }} as index_date,
        nullif({{ json_text('record', 'jobcountry') }}, 'EA') as country,
        {{ json_text('record', 'variable') }} as postings_kind,
        {{ safe_number(json_text('record', 'indeed_job_postings_index_SA')) }} as postings_index_adjusted,
        {{ safe_number(json_text('record', 'indeed_job_postings_index_NSA')) }} as postings_index
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    index_date,
    country,
    postings_kind,
    postings_index_adjusted,
    postings_index,
    known_at,
    {{ known_until(['index_date', 'country', 'postings_kind']) }} as known_until
from renamed
