{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('hacker_news_who_is_hiring', 'threads') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'objectID') }} as thread_id,
        {{ json_text('record', 'title') }} as thread_title,
        {{ safe_instant(json_text('record', 'created_at')) }} as created_at
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    thread_id,
    thread_title,
    created_at,
    known_at,
    {{ known_until(['thread_id']) }} as known_until
from renamed
