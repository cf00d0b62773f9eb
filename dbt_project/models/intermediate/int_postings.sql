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

told as (

    select
        versions.*,
        coalesce(updated_at, known_at) as version_at
    from ({{ union_of('posting') }}) as versions
    where
        title is not null
        and {{ was_ever_current('versions') }}

),

-- A posting that its source's snapshots list no more is the version that was current then, closed; one that is listed
-- again is open again. A closing date that the source tells comes first.
closings as (

    select
        told.*,
        closing.closed_at as found_closed_at,
        closing.known_at as found_at
    from {{ ref('int_posting_closings') }} as closing
    inner join told
        on
            closing.source = told.source
            and closing.resource = told.resource
            and closing.record_key = told.record_key
            and {{ as_of('told', 'closing.known_at') }}
    where told.closed_at is null

),

followed as (

    select
        {{ posting_version_columns() }},
        closed_at,
        version_at,
        known_at
    from told
    union all
    select
        {{ posting_version_columns() }},
        found_closed_at as closed_at,
        found_at as version_at,
        found_at as known_at
    from closings

),

-- A location is read once, however many postings have it.
locations as (

    select
        location,
        {{ location_country('location') }} as country,
        {{ location_state('location') }} as region
    from followed
    where location is not null
    group by location

),

located as (

    select
        followed.*,
        coalesce(followed.country, locations.country) as stated_country,
        case
            when coalesce(followed.country, locations.country) = 'US' then coalesce(followed.region, locations.region)
        end as stated_region
    from followed
    left join locations on followed.location = locations.location

),

enriched as (

    select
        located.*,
        md5(located.job_key) as job_id,
        {{ company_id('located.company_name') }} as company_id,
        facts.occupation_id,
        facts.seniority,
        coalesce(located.is_remote, facts.is_remote_mentioned) as stated_remote,
        coalesce(facts.skills_required, '{}') as skills_required,
        coalesce(facts.skills_preferred, '{}') as skills_preferred,
        facts.years_required,
        facts.education_level_required,
        facts.word_count,
        -- What a provider estimated is no pay of the posting's.
        {% for basis, prefix in [('posted', 'salary'), ('modelled', 'modelled')] -%}
            {% for end in ['min', 'max'] -%}
                case
                    when located.salary_basis = '{{ basis }}'
                        then {{ stated_pay('located.salary_' ~ end, 'located.salary_period') }}
                end as {{ prefix }}_{{ end }}_amount,
            {% endfor -%}
        {% endfor -%}
        last_seen.last_seen_at
    from located
    left join facts
        on
            located.source = facts.posting_source
            and located.resource = facts.posting_resource
            and located.record_key = facts.posting_record_key
            and located.content_hash = facts.posting_content_hash
    left join last_seen
        on
            located.source = last_seen.source
            and located.resource = last_seen.resource
            and located.record_key = last_seen.record_key

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
        {{ known_until(['job_id'], ['version_at'], []) }} as known_until
    from sorted

)

select
    job_id,
    job_key,
    source,
    resource,
    title,
    {{ word_set('title') }} as title_words,
    company_id,
    company_name,
    occupation_id,
    industry_id,
    stated_country as country,
    stated_region as region,
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
    modelled_min_amount,
    modelled_max_amount,
    currency,
    {{ in_usd('salary_min_amount', 'currency', rate_day('posted_at')) }} as salary_min_usd,
    {{ in_usd('salary_max_amount', 'currency', rate_day('posted_at')) }} as salary_max_usd,
    known_at,
    known_until,
    last_seen_at
from versions
where {{ was_ever_current('versions') }}
