{{ config(tags=['read_by_linkers']) }}
{#- Pay is one statement: both ends and the period come from whoever states any. -#}
{%- set is_search_pay = 'coalesce(search.salary_min, search.salary_max) > 0' -%}

-- USAJOBS tells of one vacancy twice: in the search while it is open, and in the history. At each instant when
-- either said something new, the posting is what the search last said, completed by the history.
with news as (

    select
        job_key,
        known_at
    from {{ ref('stg_usajobs__search') }}
    union
    select
        job_key,
        known_at
    from {{ ref('stg_usajobs__historic_announcements') }}

),

united as (

    select
        coalesce(search.record_key, history.record_key) as record_key,
        coalesce(search.content_hash, history.content_hash) as content_hash,
        coalesce(search.batch_id, history.batch_id) as batch_id,
        coalesce(search.source, history.source) as source,
        coalesce(search.resource, history.resource) as resource,
        news.job_key,
        coalesce(search.title, history.title) as title,
        coalesce(search.company_name, history.company_name) as company_name,
        coalesce(search.source_company_id, history.source_company_id) as source_company_id,
        coalesce(search.location, history.location) as location,
        coalesce(search.country, history.country) as country,
        coalesce(search.region, history.region) as region,
        coalesce(search.city, history.city) as city,
        coalesce(search.industry, history.industry) as industry,
        search.is_remote,
        search.workplace,
        coalesce(search.posted_at, history.posted_at) as posted_at,
        case
            when history.known_at >= search.known_at then coalesce(history.closed_at, search.closed_at)
            else coalesce(search.closed_at, history.closed_at)
        end as closed_at,
        case when {{ is_search_pay }} then search.salary_min else history.salary_min end as salary_min,
        case when {{ is_search_pay }} then search.salary_max else history.salary_max end as salary_max,
        coalesce(search.currency, history.currency) as currency,
        case when {{ is_search_pay }} then search.salary_period else history.salary_period end as salary_period,
        coalesce(search.salary_basis, history.salary_basis) as salary_basis,
        coalesce(search.skills_told, history.skills_told) as skills_told,
        news.known_at as updated_at,
        news.known_at
    from news
    {{ as_of_join(ref('stg_usajobs__search'), 'search', 'news', ['job_key'], 'news.known_at') }}
    {{ as_of_join(ref('stg_usajobs__historic_announcements'), 'history', 'news', ['job_key'], 'news.known_at') }}

)

select
    *,
    {{ known_until(['job_key'], ['updated_at'], []) }} as known_until
from united
