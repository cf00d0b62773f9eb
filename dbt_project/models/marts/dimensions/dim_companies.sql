with described as (

    select
        *,
        row_number() over (
            partition by company_id
            order by (case when source = 'crunchbase' then 0 else 1 end) asc, known_at desc, source_company_id asc
        ) as preference
    from {{ ref('int_companies') }}
    where known_until is null

),

seen_in_postings as (

    select
        coalesce(redirects.company_id, jobs.company_id) as company_id,
        max(jobs.company_name) as company_name,
        min(jobs.known_at) as known_at,
        count(distinct case when jobs.known_until is null then jobs.job_id end) as postings_count
    from {{ ref('int_jobs') }} as jobs
    left join {{ ref('company_redirects') }} as redirects on jobs.company_id = redirects.old_company_id
    where jobs.company_id is not null
    group by 1

),

seen_in_pay as (

    select
        coalesce(redirects.company_id, observations.company_id) as company_id,
        min(observations.known_at) as known_at
    from {{ ref('int_pay_observations') }} as observations
    left join {{ ref('company_redirects') }} as redirects on observations.company_id = redirects.old_company_id
    where observations.company_id is not null
    group by 1

),

company_ids as (

    select company_id from described
    union
    select company_id from seen_in_postings
    union
    select company_id from seen_in_pay

)

select
    company_ids.company_id,
    coalesce(described.company_name, seen_in_postings.company_name) as company_name,
    described.source,
    described.source_company_id,
    described.domain,
    described.size_min,
    described.size_max,
    described.founded_date,
    described.industry_id,
    described.country,
    described.funding_total_usd,
    described.funding_stage,
    described.rating,
    described.rating_count,
    described.company_id is not null as is_described,
    coalesce(seen_in_postings.postings_count, 0) as postings_count,
    coalesce(described.known_at, seen_in_postings.known_at, seen_in_pay.known_at) as known_at
from company_ids
left join described
    on company_ids.company_id = described.company_id and described.preference = 1
left join seen_in_postings
    on company_ids.company_id = seen_in_postings.company_id
left join seen_in_pay
    on company_ids.company_id = seen_in_pay.company_id
