with versions as (

    select
        observations.*,
        coalesce(redirects.company_id, observations.company_id) as company_id_now,
        freshness.dropped_out_at is not null as is_dropped_out
    from {{ ref('int_pay_observations') }} as observations
    left join {{ source('ops', 'freshness') }} as freshness
        on observations.source = freshness.source and observations.resource = freshness.resource
    left join {{ ref('company_redirects') }} as redirects on observations.company_id = redirects.old_company_id
    where {{ as_known_now('observations') }}

)

select
    observation_id,
    source,
    resource,
    basis,
    occupation_id,
    company_id_now as company_id,
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
    is_dropped_out,
    known_at
from versions
