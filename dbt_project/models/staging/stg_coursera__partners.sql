{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('coursera', 'partners') }}

)

select
    record_key,
    content_hash,
    batch_id,
    {{ json_text('record', 'id') }} as partner_id,
    {{ json_text('record', 'name') }} as partner_name,
    {{ json_text('record', 'shortName') }} as short_name,
    known_at,
    {{ known_until(["record ->> 'id'"]) }} as known_until
from source
