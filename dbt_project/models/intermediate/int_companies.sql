{{ config(indexes=[{'columns': ['company_id', 'known_at']}]) }}

with organizations as (

    select * from {{ ref('stg_crunchbase__organizations') }}

),

described as (

    select
        {{ company_id('company_name') }} as company_id,
        'crunchbase' as source,
        source_company_id,
        company_name,
        nullif(regexp_replace(lower(website_url), '^(https?://)?(www\.)?([^/]*).*$', '\3'), '') as domain,
        sizes.size_min,
        sizes.size_max,
        founded_date,
        (
            select named.industry_id
            from unnest(organizations.categories) with ordinality as category (name, place)
            inner join {{ ref('industry_keywords') }} as named on lower(category.name) = named.keyword
            order by category.place
            limit 1
        ) as industry_id,
        {{ country_code('country_name') }} as country,
        funding_total_usd,
        funding_stage,
        updated_at,
        content_hash,
        known_at
    from organizations
    left join {{ ref('company_size_codes') }} as sizes
        on organizations.size_code = sizes.size_code
    where {{ normalised_company('company_name') }} is not null

)

select
    company_id,
    source,
    source_company_id,
    company_name,
    domain,
    size_min,
    size_max,
    founded_date,
    industry_id,
    country,
    funding_total_usd,
    funding_stage,
    known_at,
    {{ known_until(['company_id'], ['updated_at']) }} as known_until
from described
