{{ config(indexes=[{'columns': ['subject_id', 'occurred_at']}]) }}

with source as (

    {{ accepted_versions('product', 'events') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'eventId') }} as event_id,
        {{ json_text('record', 'eventType') }} as event_type,
        {{ json_text('record', 'subject_id') }} as subject_id,
        {{ json_text('record', 'jobId') }} as job_key,
        {{ safe_instant(json_text('record', 'timestamp')) }} as occurred_at,
        coalesce({{ json_part('record', 'metadata') }}, '{}'::jsonb) as metadata
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    event_id,
    event_type,
    subject_id,
    job_key,
    occurred_at,
    metadata,
    known_at,
    {{ known_until(['event_id']) }} as known_until
from renamed
