{{ config(indexes=[{'columns': ['company_id', 'known_at']}]) }}

with described as (

    select
        {{ company_id('company_name') }} as company_id,
        source,
        source_company_id,
        company_name,
        nullif(regexp_replace(lower(website_url), '^(https?://)?(www\.)?([^/]*).*$', '\3'), '') as domain,
        size_min,
        size_max,
        founded_date,
        (
            select named.industry_id
            from unnest(told.categories) with ordinality as category (name, place)
            inner join {{ ref('industry_keywords') }} as named on lower(category.name) = named.keyword
            order by category.place
            limit 1
        ) as industry_id,
        country,
        funding_total_usd,
        funding_stage,
        rating,
        rating_count,
        teller_rank,
        updated_at,
        content_hash,
        known_at
    from ({{ union_of('company') }}) as told
    where {{ normalised_company('company_name') }} is not null

),

-- Of one teller the newest word on a company counts, under whatever id it says it.
versions as (

    select
        *,
        {{ known_until(['company_id', 'teller_rank'], ['updated_at']) }} as known_until
    from described

),

news as (

    select distinct
        company_id,
        known_at
    from versions

),

-- At each instant when anybody said something new, each attribute is that of the most trusted teller who tells it.
united as (

    select
        news.company_id,
        {{ best_told('version.source', 'version.company_name') }} as source,
        {{ best_told('version.source_company_id', 'version.company_name') }} as source_company_id,
        {{ best_told('version.company_name', 'version.company_name') }} as company_name,
        {{ best_told('version.domain', 'version.domain') }} as domain,
        {{ best_told('version.size_min', 'version.size_min') }} as size_min,
        {{ best_told('version.size_max', 'version.size_min') }} as size_max,
        {{ best_told('version.founded_date', 'version.founded_date') }} as founded_date,
        {{ best_told('version.industry_id', 'version.industry_id') }} as industry_id,
        {{ best_told('version.country', 'version.country') }} as country,
        {{ best_told('version.funding_total_usd', 'version.funding_total_usd') }} as funding_total_usd,
        {{ best_told('version.funding_stage', 'version.funding_stage') }} as funding_stage,
        {{ best_told('version.rating', 'version.rating') }} as rating,
        {{ best_told('version.rating_count', 'version.rating') }} as rating_count,
        news.known_at
    from news
    inner join versions as version
        on
            news.company_id = version.company_id
            and {{ as_of('version', 'news.known_at') }}
    group by news.company_id, news.known_at

)

select
    *,
    lead(known_at) over (partition by company_id order by known_at) as known_until
from united
