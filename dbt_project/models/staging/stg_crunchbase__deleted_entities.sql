with source as (

    {{ accepted_versions('crunchbase', 'deleted_entities') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'uuid') }} as source_company_id,
        {{ json_text('record', 'entity_def_id') }} as entity_kind,
        {{ safe_instant(json_text('record', 'deleted_at')) }} as deleted_at
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    source_company_id,
    entity_kind,
    deleted_at,
    known_at,
    {{ known_until(['source_company_id'], ['deleted_at']) }} as known_until
from renamed
