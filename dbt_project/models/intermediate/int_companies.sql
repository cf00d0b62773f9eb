{{ config(indexes=[{'columns': ['company_id', 'known_at']}]) }}
{%- set never = "cast('infinity' as timestamptz)" %}

-- A bare name is a company of its own until a company is known that bears it, and nobody's while several do.
with names as (

    select
        name_letters,
        company_id,
        companies_count,
        known_at,
        known_until
    from {{ ref('int_company_names') }}
    union all
    select
        name_letters,
        null as company_id,
        0 as companies_count,
        cast('-infinity' as timestamptz) as known_at,
        min(known_at) as known_until
    from {{ ref('int_company_names') }}
    group by name_letters

),

-- Each version of each record, while it was held to be of a company: by its own link, or else by its bare name.
members as (

    select
        links.company_id,
        records.*,
        greatest(records.known_at, links.known_at) as member_from,
        least(records.known_until, links.known_until) as member_until
    from {{ ref('int_company_records') }} as records
    inner join {{ ref('int_company_links') }} as links
        on
            records.company_record_id = links.company_record_id
            and coalesce(records.known_until, {{ never }}) > links.known_at
            and coalesce(links.known_until, {{ never }}) > records.known_at
    where not records.is_removed
    union all
    select
        coalesce(names.company_id, {{ company_id('records.company_key') }}) as company_id,
        records.*,
        greatest(records.known_at, names.known_at) as member_from,
        least(records.known_until, names.known_until) as member_until
    from {{ ref('int_company_records') }} as records
    left join names
        on
            records.company_key = names.name_letters
            and coalesce(records.known_until, {{ never }}) > names.known_at
            and coalesce(names.known_until, {{ never }}) > records.known_at
    where
        not records.is_removed
        and coalesce(names.companies_count, 1) <= 1
        and records.company_record_id not in (select company_record_id from {{ ref('int_company_links') }})

),

described as (

    select
        *,
        (
            select industry.industry_id
            from unnest(members.categories) with ordinality as category (name, place)
            inner join {{ ref('industry_keywords') }} as industry on lower(category.name) = industry.keyword
            order by category.place
            limit 1
        ) as industry_id
    from members

),

news as (

    select
        company_id,
        news_at,
        lead(news_at) over (partition by company_id order by news_at) as next_news_at
    from (
        select
            company_id,
            member_from as news_at
        from members
        union
        select
            company_id,
            member_until as news_at
        from members
        where member_until is not null
    ) as instants

),

-- Of one teller the newest word on a company counts, under whatever id it says it.
standing as (

    select
        version.*,
        news.news_at,
        news.next_news_at,
        row_number() over (
            partition by news.company_id, news.news_at, version.teller_rank
            order by
                version.updated_at desc nulls last,
                version.known_at desc,
                version.company_record_id,
                version.content_hash desc
        ) as recency
    from news
    inner join described as version
        on
            news.company_id = version.company_id
            and news.news_at >= version.member_from
            and (version.member_until is null or news.news_at < version.member_until)

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
