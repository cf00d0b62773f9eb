{{ config(indexes=[{'columns': ['subject_id']}]) }}

with source as (

    {{ accepted_versions('product', 'subscriptions') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'subscriptionId') }} as subscription_id,
        {{ json_text('record', 'subject_id') }} as subject_id,
        {{ json_text('record', 'plan') }} as plan,
        {{ json_text('record', 'status') }} as status,
        {{ safe_instant(json_text('record', 'startedAt')) }} as started_at,
        {{ safe_instant(json_text('record', 'endedAt')) }} as ended_at,
        {{ safe_number(json_text('record', 'amount')) }} as amount,
        upper({{ json_text('record', 'currency') }}) as currency,
        {{ json_text('record', 'interval') }} as billing_interval,
        {{ safe_instant(json_text('record', 'updatedAt')) }} as updated_at
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    subscription_id,
    subject_id,
    plan,
    status,
    started_at,
    ended_at,
    amount,
    currency,
    billing_interval,
    updated_at,
    known_at,
    {{ known_until(['subscription_id'], ['updated_at']) }} as known_until
from renamed
