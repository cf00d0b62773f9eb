with source as (

    {{ accepted_versions('pitchbook', 'search') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'companyId') }} as source_company_id,
        {{ json_text('record', 'companyName') }} as company_name,
        {{ web_address(json_text('record', 'website')) }} as website_url
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    source_company_id,
    company_name,
    website_url,
    known_at,
    {{ known_until(['source_company_id']) }} as known_until
from renamed
