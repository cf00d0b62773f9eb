{{ config(indexes=[{'columns': ['cv_record_key', 'cv_content_hash']}]) }}

with source as (

    {{ accepted_versions('derived', 'cv_facts') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'record_key') }} as cv_record_key,
        {{ json_text('record', 'content_hash') }} as cv_content_hash,
        {{ json_text('record', 'last_occupation_id') }} as last_occupation_id,
        {{ json_text('record', 'last_esco_uri') }} as last_esco_uri,
        {{ safe_number(json_text('record', 'last_occupation_score')) }} as last_occupation_score,
        {{ json_text('record', 'wanted_occupation_id') }} as wanted_occupation_id,
        {{ json_text('record', 'wanted_esco_uri') }} as wanted_esco_uri,
        {{ safe_number(json_text('record', 'wanted_occupation_score')) }} as wanted_occupation_score,
        {{ json_text('record', 'readers') }} as readers,
        {{ json_text('record', 'unread') }} as unread
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    cv_record_key,
    cv_content_hash,
    last_occupation_id,
    last_esco_uri,
    last_occupation_score,
    wanted_occupation_id,
    wanted_esco_uri,
    wanted_occupation_score,
    readers,
    unread,
    known_at,
    {{ known_until(['cv_record_key', 'cv_content_hash'], ['landed_at']) }} as known_until
from renamed
