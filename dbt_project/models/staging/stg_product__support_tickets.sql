{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('product', 'support_tickets') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'ticketId') }} as ticket_id,
        {{ json_text('record', 'subject_id') }} as subject_id,
        {{ safe_instant(json_text('record', 'openedAt')) }} as opened_at,
        {{ safe_instant(json_text('record', 'closedAt')) }} as closed_at,
        {{ json_text('record', 'category') }} as category,
        {{ safe_instant(json_text('record', 'updatedAt')) }} as updated_at
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    ticket_id,
    subject_id,
    opened_at,
    closed_at,
    category,
    updated_at,
    known_at,
    {{ known_until(['ticket_id'], ['updated_at']) }} as known_until
from renamed
