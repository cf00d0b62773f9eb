{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('stack_overflow', 'synonyms') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        lower({{ json_text('record', 'from_tag') }}) as from_skill_id,
        lower({{ json_text('record', 'to_tag') }}) as to_skill_id,
        {{ safe_integer(json_text('record', 'applied_count')) }} as applied_count,
        {{ epoch_instant(json_text('record', 'creation_date')) }} as created_at,
        {{ epoch_instant(json_text('record', 'last_applied_date')) }} as last_applied_at
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    from_skill_id,
    to_skill_id,
    applied_count,
    created_at,
    last_applied_at,
    known_at,
    {{ known_until(['from_skill_id', 'to_skill_id']) }} as known_until
from renamed
