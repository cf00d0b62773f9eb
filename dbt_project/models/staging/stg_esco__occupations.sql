{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('esco', 'occupations') }}

)

select
    record_key,
    content_hash,
    batch_id,
    {{ json_text('record', 'uri') }} as esco_uri,
    {{ json_text('record', 'title') }} as occupation_name,
    substring({{ json_text('record', 'code') }} from '^[0-9]{4}') as isco_code,
    {{ json_text('record', 'version') }} as classification_version,
    known_at,
    {{ known_until(["record ->> 'uri'"], ["record ->> 'version'"]) }} as known_until
from source
