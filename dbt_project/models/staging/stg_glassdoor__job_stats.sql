{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('glassdoor', 'job_stats') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'title') }} as title,
        {{ soc_code(json_text('record', 'code')) }} as occupation_id,
        {{ country_code(json_text('record', 'country')) }} as country,
        {{ json_text('record', 'placeKind') }} as place_kind,
        {{ json_text('record', 'name') }} as place_name,
        {{ us_state_code("coalesce(" ~ json_text('record', 'stateAbbreviation') ~ ", " ~ json_text('record', 'name') ~ ")") }}
            as region,
        {{ safe_date(json_text('record', 'day')) }} as observed_date,
        {{ safe_integer(json_text('record', 'numJobs')) }} as postings_count
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    title,
    occupation_id,
    country,
    place_kind,
    place_name,
    region,
    observed_date,
    postings_count,
    known_at,
    {{ known_until(['record_key']) }} as known_until
from renamed
