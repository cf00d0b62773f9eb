{{ config(indexes=[{'columns': ['company_id', 'known_at']}]) }}

with facts as (

    select * from {{ ref('stg_derived__company_facts') }}
    where known_until is null

),

-- Names and seats are what enrichment read of them; a country that a field tells comes first.
told as (

    select
        any_told.*,
        facts.company_key,
        coalesce(any_told.country, facts.country) as stated_country
    from ({{ union_of('company') }}) as any_told
    left join facts
        on
            any_told.source = facts.company_source
            and any_told.resource = facts.company_resource
            and any_told.record_key = facts.company_record_key
            and any_told.content_hash = facts.company_content_hash
    where {{ was_ever_current('any_told') }}

),

-- What a source has taken away has no name any more: it is every company whose name the id bore before.
named as (

    select
        *,
        company_name as known_name,
        company_key as known_key
    from told
    where operating_status is distinct from 'removed'
    union all
    select
        removal.*,
        bearer.known_name,
        bearer.known_key
    from told as removal
    inner join (
        select
            teller_rank,
            source_company_id,
            company_key as known_key,
            min(company_name) as known_name,
            min(known_at) as known_at
        from told
        where operating_status is distinct from 'removed'
        group by teller_rank, source_company_id, company_key
    ) as bearer
        on
            removal.teller_rank = bearer.teller_rank
            and removal.source_company_id = bearer.source_company_id
            and {{ known_by('bearer', 'removal.known_at') }}
    where removal.operating_status = 'removed'

),

described as (

    select
        {{ company_id('known_key') }} as company_id,
        source,
        source_company_id,
        known_name as company_name,
        coalesce(operating_status = 'removed', false) as is_removed,
        nullif(regexp_replace(lower(website_url), '^(https?://)?(www\.)?([^/]*).*$', '\3'), '') as domain,
        size_min,
        size_max,
        founded_date,
        (
            select industry.industry_id
            from unnest(named.categories) with ordinality as category (name, place)
            inner join {{ ref('industry_keywords') }} as industry on lower(category.name) = industry.keyword
            order by category.place
            limit 1
        ) as industry_id,
        stated_country as country,
        funding_total_usd,
        funding_stage,
        rating,
        rating_count,
        teller_rank,
        updated_at,
        content_hash,
        known_at
    from named
    where known_key is not null

),

versions as (

    select
        *,
        {{ known_until(['company_id', 'teller_rank', 'source_company_id'], ['updated_at'], []) }} as known_until
    from described

),

news as (

    select
        company_id,
        known_at as news_at,
        lead(known_at) over (partition by company_id order by known_at) as next_news_at
    from (
        select distinct
            company_id,
            known_at
        from versions
    ) as instants

),

-- Of one teller the newest word on a company counts, under whatever id it says it, as long as the id is not removed.
standing as (

    select
        version.*,
        news.news_at,
        news.next_news_at,
        row_number() over (
            partition by news.company_id, news.news_at, version.teller_rank
            order by version.updated_at desc nulls last, version.known_at desc, version.content_hash desc
        ) as recency
    from news
    inner join versions as version
        on
            news.company_id = version.company_id
            and {{ as_of('version', 'news.news_at') }}
    where not version.is_removed

),

-- At each instant when anybody said something new, each attribute is that of the most trusted teller who tells it.
united as (

    select
        version.company_id,
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
        version.news_at as known_at,
        version.next_news_at as known_until
    from standing as version
    where version.recency = 1
    group by version.company_id, version.news_at, version.next_news_at

)

select * from united
