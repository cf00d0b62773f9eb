{{ config(indexes=[{'columns': ['job_id', 'known_at']}, {'columns': ['known_until']}]) }}

with facts as (

    select * from {{ ref('stg_derived__posting_facts') }}
    where known_until is null

),

last_seen as (

    select
        source,
        resource,
        record_key,
        max(seen_at) as last_seen_at
    from {{ source('ops', 'sightings') }}
    group by source, resource, record_key

),

product_jobs as (

    select
        'product' as source,
        'jobs' as resource,
        record_key,
        record_key as facts_key,
        content_hash,
        job_key,
        title,
        company_name,
        {{ country_code('country') }} as country,
        {{ us_state_code("split_part(location, ',', 2)") }} as region,
        nullif(trim(split_part(location, ',', 1)), '') as city,
        industry,
        is_remote,
        posted_at,
        closed_at,
        salary_min,
        salary_max,
        currency,
        salary_period,
        updated_at as version_at,
        known_at
    from {{ ref('stg_product__jobs') }}

),

arbeitnow_jobs as (

    select
        'arbeitnow' as source,
        'jobs' as resource,
        record_key,
        record_key as facts_key,
        content_hash,
        'arbeitnow:' || slug as job_key,
        title,
        company_name,
        coalesce(
            {{ country_code('location') }},
            {{ country_code("regexp_replace(location, '^.*,', '')") }},
            {{ country_code("split_part(location, ',', 1)") }}
        ) as country,
        null as region,
        nullif(trim(split_part(location, ',', 1)), '') as city,
        null as industry,
        is_remote,
        posted_at,
        null::timestamptz as closed_at,
        null::double precision as salary_min,
        null::double precision as salary_max,
        null as currency,
        null as salary_period,
        known_at as version_at,
        known_at
    from {{ ref('stg_arbeitnow__jobs') }}

),

-- USAJOBS tells of one vacancy twice: in the search while it is open, and in the history. At each instant when
-- either said something new, the posting is what the search last said, completed by the history.
usajobs_news as (

    select
        control_number,
        known_at
    from {{ ref('stg_usajobs__search') }}
    union
    select
        control_number,
        known_at
    from {{ ref('stg_usajobs__historic_announcements') }}

),

usajobs_jobs as (

    select
        'usajobs' as source,
        case when search.control_number is not null then 'search' else 'historic_announcements' end as resource,
        coalesce(search.record_key, history.record_key) as record_key,
        coalesce(search.record_key, history.record_key) as facts_key,
        coalesce(search.content_hash, history.content_hash) as content_hash,
        'usajobs:' || news.control_number as job_key,
        coalesce(search.title, history.title) as title,
        coalesce(search.company_name, history.company_name) as company_name,
        coalesce(
            {{ country_code('coalesce(search.country_name, history.country_name)') }},
            case when {{ us_state_code('coalesce(search.region_name, history.region_name)') }} is not null then 'US' end
        ) as country,
        {{ us_state_code('coalesce(search.region_name, history.region_name)') }} as region,
        coalesce(search.city, history.city) as city,
        'government' as industry,
        search.is_remote,
        coalesce(search.posted_at, history.posted_at) as posted_at,
        case
            when history.known_at >= search.known_at then coalesce(history.closed_at, search.closed_at)
            else coalesce(search.closed_at, history.closed_at)
        end as closed_at,
        -- Pay is one statement: both ends and the period come from whoever states any.
        {% for column in ['salary_min', 'salary_max'] -%}
            nullif(
                case
                when coalesce(search.salary_min, search.salary_max) > 0 then search.{{ column }}
                else history.{{ column }}
            end,
            0
            ) as {{ column }},
        {% endfor -%}
        'USD' as currency,
        case
            when coalesce(search.salary_min, search.salary_max) > 0 then search.salary_period
            else history.salary_period
        end as salary_period,
        news.known_at as version_at,
        news.known_at
    from usajobs_news as news
    {{ as_of_join(ref('stg_usajobs__search'), 'search', 'news', ['control_number'], 'news.known_at') }}
    {{ as_of_join(ref('stg_usajobs__historic_announcements'), 'history', 'news', ['control_number'], 'news.known_at') }}

),

told as (

    select * from product_jobs
    union all
    select * from arbeitnow_jobs
    union all
    select * from usajobs_jobs

),

enriched as (

    select
        told.*,
        md5(told.job_key) as job_id,
        {{ company_id('told.company_name') }} as company_id,
        facts.occupation_id,
        facts.seniority,
        coalesce(told.is_remote, facts.is_remote_mentioned) as stated_remote,
        coalesce(facts.skills_required, '{}') as skills_required,
        coalesce(facts.skills_preferred, '{}') as skills_preferred,
        facts.years_required,
        facts.education_level_required,
        facts.word_count,
        {{ annual_pay('told.salary_min', 'told.salary_period') }} as salary_min_amount,
        {{ annual_pay('told.salary_max', 'told.salary_period') }} as salary_max_amount,
        last_seen.last_seen_at
    from told
    left join facts
        on
            told.source = facts.posting_source
            and told.resource = facts.posting_resource
            and told.facts_key = facts.posting_record_key
            and told.content_hash = facts.posting_content_hash
    left join last_seen
        on
            told.source = last_seen.source
            and told.resource = last_seen.resource
            and told.record_key = last_seen.record_key

),

sorted as (

    select
        enriched.*,
        coalesce(
            {{ industry_of('enriched.industry') }},
            company.industry_id,
            occupation_group.usual_industry_id
        ) as industry_id
    from enriched
    left join {{ ref('occupation_groups') }} as occupation_group
        on left(enriched.occupation_id, 2) = occupation_group.occupation_group
    {{ as_of_join(ref('int_companies'), 'company', 'enriched', ['company_id'], 'enriched.known_at') }}

),

versions as (

    select
        *,
        {{ known_until(['job_id'], ['version_at']) }} as known_until
    from sorted

)

select
    job_id,
    job_key,
    source,
    title,
    {{ word_set('title') }} as title_words,
    company_id,
    company_name,
    occupation_id,
    industry_id,
    country,
    region,
    city,
    seniority,
    stated_remote as is_remote,
    skills_required,
    skills_preferred,
    years_required,
    education_level_required,
    word_count,
    coalesce(posted_at, known_at) as posted_at,
    closed_at,
    salary_min_amount,
    salary_max_amount,
    currency,
    {{ in_usd('salary_min_amount', 'currency') }} as salary_min_usd,
    {{ in_usd('salary_max_amount', 'currency') }} as salary_max_usd,
    known_at,
    known_until,
    last_seen_at
from versions
where known_until is null or known_until > known_at
