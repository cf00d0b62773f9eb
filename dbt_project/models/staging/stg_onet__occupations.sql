{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('onet', 'occupations') }}

)

select
    record_key,
    content_hash,
    batch_id,
    {{ json_text('record', 'code') }} as onet_code,
    {{ soc_code("split_part(record ->> 'code', '.', 1)") }} as occupation_id,
    {{ json_text('record', 'title') }} as occupation_name,
    {{ safe_boolean(json_text('record', 'tags', 'bright_outlook')) }} as has_bright_outlook,
    known_at,
    {{ known_until(["record ->> 'code'"]) }} as known_until
from source
