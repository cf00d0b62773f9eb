{{ config(indexes=[{'columns': ['subject_id']}]) }}

select
    subscription_id,
    subject_id,
    plan,
    status,
    started_at,
    ended_at,
    amount,
    currency,
    {{ in_usd('amount', 'currency', rate_day('updated_at')) }} as amount_usd,
    coalesce(billing_interval, 'month') as billing_interval,
    updated_at,
    known_at,
    known_until
from {{ ref('stg_product__subscriptions') }} as versions
where {{ was_ever_current('versions') }}
