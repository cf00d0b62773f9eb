{{ config(indexes=[{'columns': ['occupation_id', 'country', 'region']}, {'columns': ['basis']}]) }}

-- A posting's pay, said again in a later version, is one observation.
with posted as (

    select distinct on (job_id, salary_min_amount, salary_max_amount, currency)
        {{ surrogate_key(["'posted'", 'job_id', 'salary_min_amount', 'salary_max_amount', 'currency']) }}
            as observation_id,
        source,
        'posted' as basis,
        occupation_id,
        company_id,
        country,
        region,
        seniority,
        {{ utc_date('posted_at') }} as observed_date,
        salary_min_amount as low_amount,
        (coalesce(salary_min_amount, salary_max_amount) + coalesce(salary_max_amount, salary_min_amount)) / 2
            as median_amount,
        salary_max_amount as high_amount,
        currency,
        salary_min_usd as low_usd,
        (coalesce(salary_min_usd, salary_max_usd) + coalesce(salary_max_usd, salary_min_usd)) / 2 as median_usd,
        salary_max_usd as high_usd,
        null::double precision as p10_usd,
        null::double precision as p25_usd,
        null::double precision as p50_usd,
        null::double precision as p75_usd,
        null::double precision as p90_usd,
        1::double precision as weight,
        known_at
    from {{ ref('int_postings') }}
    where salary_min_amount > 0 or salary_max_amount > 0
    order by job_id, salary_min_amount, salary_max_amount, currency, known_at

),

offered as (

    select
        {{ surrogate_key(["'offer'", 'outcomes.outcome_id']) }} as observation_id,
        'product' as source,
        'offer' as basis,
        job.occupation_id,
        job.company_id,
        job.country,
        job.region,
        job.seniority,
        {{ utc_date('outcomes.occurred_at') }} as observed_date,
        outcomes.salary_amount as low_amount,
        outcomes.salary_amount as median_amount,
        outcomes.salary_amount as high_amount,
        outcomes.currency,
        outcomes.salary_usd as low_usd,
        outcomes.salary_usd as median_usd,
        outcomes.salary_usd as high_usd,
        null::double precision as p10_usd,
        null::double precision as p25_usd,
        null::double precision as p50_usd,
        null::double precision as p75_usd,
        null::double precision as p90_usd,
        1::double precision as weight,
        outcomes.known_at
    from {{ ref('int_outcomes') }} as outcomes
    {{ as_of_join(ref('int_applications'), 'application', 'outcomes', ['application_id'], 'outcomes.known_at') }}
    {{ as_of_join(ref('int_postings'), 'job', 'application', ['job_id'], 'outcomes.known_at') }}
    where outcomes.outcome in ('offer', 'hired') and outcomes.salary_amount > 0

),

official as (

    select
        {{ surrogate_key(["'official_statistic'", 'wages.record_key']) }} as observation_id,
        'bls_oews' as source,
        'official_statistic' as basis,
        wages.occupation_id,
        null as company_id,
        'US' as country,
        states.state_code as region,
        null as seniority,
        wages.published_date as observed_date,
        wages.annual_p25 as low_amount,
        wages.annual_p50 as median_amount,
        wages.annual_p75 as high_amount,
        'USD' as currency,
        wages.annual_p25 as low_usd,
        wages.annual_p50 as median_usd,
        wages.annual_p75 as high_usd,
        wages.annual_p10 as p10_usd,
        wages.annual_p25 as p25_usd,
        wages.annual_p50 as p50_usd,
        wages.annual_p75 as p75_usd,
        wages.annual_p90 as p90_usd,
        coalesce(wages.employment, 1) as weight,
        wages.known_at
    from {{ ref('stg_bls_oews__wages') }} as wages
    left join {{ ref('us_states') }} as states
        on wages.area_name = states.state_name
    where
        wages.known_until is null
        and (wages.area_code = '0000000' or states.state_code is not null)
        and coalesce(wages.industry_code, '000000') = '000000'
        and wages.occupation_id is not null
        and wages.annual_p50 is not null

)

select * from posted
union all
select * from offered
union all
select * from official
