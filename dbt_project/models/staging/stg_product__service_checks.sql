{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('product', 'service_checks') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ safe_instant(json_text('record', 'checkedAt')) }} as checked_at,
        {{ json_text('record', 'service') }} as service,
        {{ safe_boolean(json_text('record', 'isUp')) }} as is_up,
        {{ safe_number(json_text('record', 'latencyMs')) }} as latency_ms,
        {{ safe_integer(json_text('record', 'errorCount')) }} as error_count,
        {{ safe_integer(json_text('record', 'requestCount')) }} as request_count
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    checked_at,
    service,
    is_up,
    latency_ms,
    error_count,
    request_count,
    known_at,
    {{ known_until(['checked_at', 'service']) }} as known_until
from renamed
