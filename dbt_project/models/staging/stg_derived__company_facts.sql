{{ config(indexes=[{'columns': ['company_record_key', 'company_content_hash']}]) }}

with source as (

    {{ accepted_versions('derived', 'company_facts') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'source') }} as company_source,
        {{ json_text('record', 'resource') }} as company_resource,
        {{ json_text('record', 'record_key') }} as company_record_key,
        {{ json_text('record', 'content_hash') }} as company_content_hash,
        {{ json_text('record', 'company_name') }} as company_name,
        {{ json_text('record', 'company_key') }} as company_key,
        {{ json_text('record', 'legal_form') }} as legal_form,
        {{ json_text('record', 'country') }} as country,
        {{ json_text('record', 'region') }} as region,
        {{ json_text('record', 'city') }} as city,
        {{ safe_integer(json_text('record', 'city_id')) }} as city_id,
        {{ json_text('record', 'readers') }} as readers,
        {{ json_text('record', 'unread') }} as unread
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    company_source,
    company_resource,
    company_record_key,
    company_content_hash,
    company_name,
    company_key,
    legal_form,
    country,
    region,
    city,
    city_id,
    readers,
    unread,
    known_at,
    {{ known_until(['company_source', 'company_resource', 'company_record_key', 'company_content_hash'], ['landed_at']) }} as known_until
from renamed
