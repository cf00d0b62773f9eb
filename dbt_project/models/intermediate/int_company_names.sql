{{ config(indexes=[{'columns': ['name_letters', 'known_at']}]) }}

-- Each record bears its registered name, and the name without its legal form.
with names as (

    select
        company_record_id,
        company_key as name_letters,
        min(known_at) as known_at
    from {{ ref('int_company_records') }}
    where company_key is not null and not is_removed
    group by company_record_id, company_key
    union
    select
        company_record_id,
        {{ letters_of('coalesce(legal_name, company_name)') }} as name_letters,
        min(known_at) as known_at
    from {{ ref('int_company_records') }}
    where company_key is not null and not is_removed
    group by 1, 2

),

-- When a record bore a name, and was of a company.
borne as (

    select
        names.name_letters,
        links.company_id,
        greatest(names.known_at, links.known_at) as borne_from,
        links.known_until as borne_until
    from names
    inner join {{ ref('int_company_links') }} as links
        on
            names.company_record_id = links.company_record_id
            and (links.known_until is null or names.known_at < links.known_until)

),

news as (

    select
        name_letters,
        news_at,
        lead(news_at) over (partition by name_letters order by news_at) as next_news_at
    from (
        select
            name_letters,
            borne_from as news_at
        from borne
        union
        select
            name_letters,
            borne_until as news_at
        from borne
        where borne_until is not null
    ) as instants

)

select
    news.name_letters,
    case when count(distinct borne.company_id) = 1 then min(borne.company_id) end as company_id,
    count(distinct borne.company_id) as companies_count,
    news.news_at as known_at,
    news.next_news_at as known_until
from news
inner join borne
    on
        news.name_letters = borne.name_letters
        and news.news_at >= borne.borne_from
        and (borne.borne_until is null or news.news_at < borne.borne_until)
group by news.name_letters, news.news_at, news.next_news_at
