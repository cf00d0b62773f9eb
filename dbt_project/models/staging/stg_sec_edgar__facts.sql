{#- Built whole: one thing may be told under several records. -#}
{{ config(materialized='table') }}
with source as (

    {{ accepted_versions('sec_edgar', 'facts') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        lpad({{ json_text('record', 'cik') }}, 10, '0') as source_company_id,
        {{ json_text('record', 'tag') }} as fact_tag,
        {{ json_text('record', 'unit') }} as fact_unit,
        {{ safe_date(json_text('record', 'start')) }} as period_start,
        {{ safe_date(json_text('record', 'end')) }} as period_end,
        {{ safe_number(json_text('record', 'val')) }} as fact_value,
        {{ json_text('record', 'form') }} as report_form,
        {{ json_text('record', 'accn') }} as report_id,
        {{ safe_date(json_text('record', 'filed')) }} as filed_date
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    source_company_id,
    fact_tag,
    fact_unit,
    period_start,
    period_end,
    fact_value,
    report_form,
    report_id,
    filed_date,
    known_at,
    {{ known_until(['source_company_id', 'fact_tag', 'fact_unit', 'period_start', 'period_end', 'report_id']) }} as known_until
from renamed
