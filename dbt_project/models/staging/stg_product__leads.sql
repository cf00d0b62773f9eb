{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('product', 'leads') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'leadId') }} as lead_id,
        {{ json_text('record', 'kind') }} as kind,
        {{ safe_instant(json_text('record', 'createdAt')) }} as created_at,
        {{ json_text('record', 'stage') }} as stage,
        {{ safe_number(json_text('record', 'value')) }} as value_amount,
        upper({{ json_text('record', 'currency') }}) as currency,
        {{ safe_instant(json_text('record', 'updatedAt')) }} as updated_at
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    lead_id,
    kind,
    created_at,
    stage,
    value_amount,
    currency,
    updated_at,
    known_at,
    {{ known_until(['lead_id'], ['updated_at']) }} as known_until
from renamed
