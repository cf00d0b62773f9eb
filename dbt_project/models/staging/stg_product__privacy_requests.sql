{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('product', 'privacy_requests') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'requestId') }} as request_id,
        {{ json_text('record', 'subject_id') }} as subject_id,
        {{ json_text('record', 'kind') }} as kind,
        {{ safe_instant(json_text('record', 'requestedAt')) }} as requested_at
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    request_id,
    subject_id,
    kind,
    requested_at,
    known_at,
    {{ known_until(['request_id'], ['requested_at']) }} as known_until
from renamed
