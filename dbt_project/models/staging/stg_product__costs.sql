{{ config(materialized='view') }}

with source as (

    {{ accepted_versions('product', 'costs') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ safe_date(json_text('record', 'costDate')) }} as cost_date,
        {{ json_text('record', 'category') }} as category,
        coalesce({{ json_text('record', 'provider') }}, 'unspecified') as provider,
        {{ safe_number(json_text('record', 'amount')) }} as amount,
        upper({{ json_text('record', 'currency') }}) as currency
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    cost_date,
    category,
    provider,
    amount,
    currency,
    known_at,
    {{ known_until(['cost_date', 'category', 'provider']) }} as known_until
from renamed
