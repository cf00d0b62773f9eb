{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('product', 'feedback') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'feedbackId') }} as feedback_id,
        {{ json_text('record', 'subject_id') }} as subject_id,
        {{ safe_number(json_text('record', 'score')) }} as score,
        {{ safe_instant(json_text('record', 'givenAt')) }} as given_at,
        {{ json_part('record', 'context') }} as context
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    feedback_id,
    subject_id,
    score,
    given_at,
    context,
    known_at,
    {{ known_until(['feedback_id'], ['given_at']) }} as known_until
from renamed
