{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('product', 'experiments') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'experimentId') }} as experiment_id,
        {{ json_text('record', 'variant') }} as variant,
        {{ json_text('record', 'subject_id') }} as subject_id,
        {{ safe_instant(json_text('record', 'assignedAt')) }} as assigned_at,
        {{ safe_boolean(json_text('record', 'isControl')) }} as is_control
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    experiment_id,
    variant,
    subject_id,
    assigned_at,
    is_control,
    known_at,
    {{ known_until(['experiment_id', 'subject_id'], ['assigned_at']) }} as known_until
from renamed
