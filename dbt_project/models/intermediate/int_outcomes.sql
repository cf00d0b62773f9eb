{{ config(indexes=[{'columns': ['application_id']}]) }}

-- An outcome is an event: its id said again is a repeat, and what was known first stands.
with first_told as (

    select distinct on (outcome_id) *
    from {{ ref('stg_product__outcomes') }}
    order by outcome_id, known_at, content_hash

)

select
    outcome_id,
    application_id,
    outcome,
    occurred_at,
    {{ annual_pay('salary_amount', 'salary_period') }} as salary_amount,
    currency,
    {{ in_usd(annual_pay('salary_amount', 'salary_period'), 'currency', rate_day('occurred_at')) }} as salary_usd,
    known_at
from first_told
