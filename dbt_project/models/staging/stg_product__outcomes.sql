{{ config(indexes=[{'columns': ['application_id']}]) }}

with source as (

    {{ accepted_versions('product', 'outcomes') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'outcomeId') }} as outcome_id,
        {{ json_text('record', 'applicationId') }} as application_id,
        {{ json_text('record', 'outcome') }} as outcome,
        {{ safe_instant(json_text('record', 'occurredAt')) }} as occurred_at,
        {{ safe_number(json_text('record', 'salaryAmount')) }} as salary_amount,
        upper({{ json_text('record', 'salaryCurrency') }}) as currency,
        {{ json_text('record', 'salaryPeriod') }} as salary_period
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    outcome_id,
    application_id,
    outcome,
    occurred_at,
    salary_amount,
    currency,
    salary_period,
    known_at,
    {{ known_until(['outcome_id']) }} as known_until
from renamed
