with source as (

    {{ accepted_versions('fx_rates', 'rates') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        upper({{ json_text('record', 'base') }}) as base_currency,
        upper({{ json_text('record', 'quote') }}) as currency,
        {{ safe_date(json_text('record', 'date')) }} as rate_date,
        {{ safe_number(json_text('record', 'rate')) }} as units_per_base
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    base_currency,
    currency,
    rate_date,
    units_per_base,
    known_at,
    {{ known_until(['base_currency', 'currency', 'rate_date']) }} as known_until
from renamed
