{#- Built whole: one thing may be told under several records. -#}
{{ config(materialized='table') }}
with source as (

    {{ accepted_versions('product', 'consents') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'subject_id') }} as subject_id,
        {{ json_text('record', 'purpose') }} as purpose,
        {{ safe_boolean(json_text('record', 'isGranted')) }} as is_granted,
        {{ json_text('record', 'lawfulness') }} as lawfulness,
        {{ safe_instant(json_text('record', 'recordedAt')) }} as recorded_at
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    subject_id,
    purpose,
    is_granted,
    lawfulness,
    recorded_at,
    known_at,
    {{ known_until(['subject_id', 'purpose'], ['recorded_at']) }} as known_until
from renamed
