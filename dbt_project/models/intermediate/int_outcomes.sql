{{ config(indexes=[{'columns': ['application_id']}]) }}

-- A file may repeat an outcome, which says nothing new; one that is told otherwise under its id is corrected.
with told as (

    select
        outcome_id,
        application_id,
        outcome,
        occurred_at,
        {{ annual_pay('salary_amount', 'salary_period') }} as salary_amount,
        currency,
        known_at,
        known_until
    from {{ ref('stg_product__outcomes') }}

),

versions as (

    {{ merged_versions('told', ['outcome_id'], ['application_id', 'outcome', 'occurred_at', 'salary_amount', 'currency']) }}

)

select
    outcome_id,
    application_id,
    outcome,
    occurred_at,
    salary_amount,
    currency,
    {{ in_usd('salary_amount', 'currency', rate_day('occurred_at')) }} as salary_usd,
    known_at,
    known_until
from versions
