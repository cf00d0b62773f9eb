with versions as (

    select
        *,
        row_number() over (partition by observation_id order by known_at desc) as recency
    from {{ ref('int_pay_observations') }}

)

select
    observation_id,
    source,
    basis,
    occupation_id,
    company_id,
    country,
    region,
    {{ region_id('country', 'region') }} as region_id,
    seniority,
    observed_date,
    low_amount,
    median_amount,
    high_amount,
    currency,
    low_usd,
    median_usd,
    high_usd,
    p10_usd,
    p25_usd,
    p50_usd,
    p75_usd,
    p90_usd,
    weight,
    known_at
from versions
where recency = 1
