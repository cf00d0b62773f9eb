{{ config(indexes=[{'columns': ['application_id']}]) }}

with source as (

    {{ accepted_versions('product', 'applications') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'applicationId') }} as application_id,
        {{ json_text('record', 'subject_id') }} as subject_id,
        {{ json_text('record', 'cvId') }} as cv_id,
        {{ safe_integer(json_text('record', 'cvVersion')) }} as cv_version,
        {{ json_text('record', 'jobKey') }} as job_key,
        {{ safe_instant(json_text('record', 'appliedAt')) }} as applied_at,
        {{ json_text('record', 'channel') }} as channel,
        {{ safe_instant(json_text('record', 'updatedAt')) }} as updated_at
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    application_id,
    subject_id,
    cv_id,
    cv_version,
    job_key,
    applied_at,
    channel,
    updated_at,
    known_at,
    {{ known_until(['application_id'], ['updated_at']) }} as known_until
from renamed
