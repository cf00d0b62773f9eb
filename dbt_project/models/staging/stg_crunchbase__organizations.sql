with source as (

    {{ accepted_versions('crunchbase', 'organizations') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        known_at,
        coalesce({{ json_text('record', 'uuid') }}, {{ json_text('record', 'properties', 'identifier', 'uuid') }}) as source_company_id,
        {{ json_text('record', 'properties', 'identifier', 'value') }} as company_name,
        {{ json_text('record', 'properties', 'legal_name') }} as legal_name,
        {{ json_text('record', 'properties', 'website_url') }} as website_url,
        {{ json_text('record', 'properties', 'num_employees_enum') }} as size_code,
        {{ safe_date(json_text('record', 'properties', 'founded_on', 'value')) }} as founded_date,
        {{ json_text('record', 'properties', 'founded_on', 'precision') }} as founded_precision,
        {{ json_first_match('record', 'properties.location_identifiers', 'location_type', 'country', 'value') }} as country_name,
        {{ json_first_match('record', 'properties.location_identifiers', 'location_type', 'region', 'value') }} as region_name,
        {{ json_first_match('record', 'properties.location_identifiers', 'location_type', 'city', 'value') }} as city,
        {{ json_values('record', 'properties.categories', 'value') }} as categories,
        {{ json_text('record', 'properties', 'operating_status') }} as operating_status,
        {{ safe_number(json_text('record', 'properties', 'funding_total', 'value_usd')) }} as funding_total_usd,
        {{ safe_integer(json_text('record', 'properties', 'num_funding_rounds')) }} as funding_rounds_count,
        {{ json_text('record', 'properties', 'last_funding_type') }} as funding_stage,
        {{ safe_instant(json_text('record', 'properties', 'updated_at')) }} as updated_at
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    source_company_id,
    company_name,
    legal_name,
    website_url,
    size_code,
    founded_date,
    founded_precision,
    country_name,
    region_name,
    city,
    categories,
    operating_status,
    funding_total_usd,
    funding_rounds_count,
    funding_stage,
    updated_at,
    known_at,
    {{ known_until(['source_company_id'], ['updated_at']) }} as known_until
from renamed
