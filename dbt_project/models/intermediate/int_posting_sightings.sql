{{ config(tags=['read_by_linkers'], indexes=[{'columns': ['posting_id', 'known_at']}]) }}

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
        case when closed_at is not null then 'told' end as closing,
        version_at,
        known_at
    from told
    union all
    select
        {{ posting_version_columns() }},
        found_closed_at as closed_at,
        case when found_closed_at is not null then 'seen' end as closing,
        found_at as version_at,
        found_at as known_at
    from closings

),

-- What enrichment read of a posting's text stands in for what no field of it tells. Of a place that lies in another
-- country than the one that is told, nothing is taken; pay of an untold period is no pay of a year.
located as (

    select
        followed.*,
        facts.title_normalized,
        facts.title_rest,
        facts.town_told,
        facts.text_sketch,
        facts.occupation_id,
        facts.esco_uri,
        facts.seniority,
        case when followed.company_name is not null then facts.company_key end as company_key,
        coalesce(facts.skills_required, '{}') as skills_required,
        coalesce(facts.skills_preferred, '{}') as skills_preferred,
        facts.years_required,
        facts.education_level_required,
        facts.word_count,
        facts.language as text_language,
        coalesce(followed.country, facts.country) as stated_country,
        coalesce(
            followed.region, case when coalesce(followed.country, facts.country) = facts.country then facts.region end
        ) as stated_region,
        coalesce(
            case when coalesce(followed.country, facts.country) = facts.country then facts.city end, followed.city
        ) as stated_city,
        coalesce(
            followed.workplace,
            case when followed.is_remote then 'remote' end,
            case when followed.is_remote is null or facts.workplace <> 'remote' then facts.workplace end
        ) as stated_workplace,
        case when {{ is_pay_told('followed') }} then followed.salary_min else facts.pay_low end as stated_min,
        case when {{ is_pay_told('followed') }} then followed.salary_max else facts.pay_high end as stated_max,
        case when {{ is_pay_told('followed') }} then followed.currency else facts.pay_currency end as stated_currency,
        case when {{ is_pay_told('followed') }} then followed.salary_period else coalesce(facts.pay_period, 'untold') end
            as stated_period
    from followed
    left join facts
        on
            followed.source = facts.posting_source
            and followed.resource = facts.posting_resource
            and followed.record_key = facts.posting_record_key
            and followed.content_hash = facts.posting_content_hash

),

enriched as (

    select
        located.*,
        md5(located.job_key) as posting_id,
        {{ industry_of('located.industry') }} as industry_id,
        -- Who works here and there is neither remote nor not.
        case located.stated_workplace
            when 'remote' then true
            when 'onsite' then false
            when 'hybrid' then null
            else located.is_remote
        end as stated_remote,
        -- What a provider estimated is no pay of the posting's.
        {% for basis, prefix in [('posted', 'salary'), ('modelled', 'modelled')] -%}
            {% for end in ['min', 'max'] -%}
                case
                    when located.salary_basis = '{{ basis }}'
                        then {{ stated_pay('located.stated_' ~ end, 'located.stated_period') }}
                end as {{ prefix }}_{{ end }}_amount,
            {% endfor -%}
        {% endfor -%}
        last_seen.last_seen_at
    from located
    left join last_seen
        on
            located.source = last_seen.source
            and located.resource = last_seen.resource
            and located.record_key = last_seen.record_key

),

-- A posting that was closed and is listed again was posted anew.
spells as (

    select
        *,
        count(case when closed_at <= known_at then 1 end) over (
            partition by posting_id order by known_at, version_at, content_hash
            rows between unbounded preceding and 1 preceding
        ) as spell_number
    from enriched

),

-- Within a spell the day of posting does not move with its versions: the earliest that was known by then holds.
versions as (

    select
        *,
        min(coalesce(posted_at, known_at)) over (
            partition by posting_id, spell_number order by known_at, version_at, content_hash
            rows between unbounded preceding and current row
        ) as first_posted_at,
        {{ known_until(['posting_id'], ['version_at'], []) }} as known_until
    from spells

)

select
    posting_id,
    job_key,
    source,
    resource,
    record_key,
    teller_rank,
    title,
    title_normalized,
    title_rest,
    town_told,
    {{ word_set('title') }} as title_words,
    company_key,
    company_name,
    {{ company_record_id('source', 'source_company_id') }} as company_record_id,
    occupation_id,
    esco_uri,
    industry_id,
    stated_country as country,
    stated_region as region,
    stated_city as city,
    seniority,
    stated_remote as is_remote,
    stated_workplace as workplace,
    skills_required,
    skills_preferred,
    years_required,
    education_level_required,
    word_count,
    text_language,
    text_sketch,
    spell_number,
    first_posted_at as posted_at,
    closed_at,
    closing,
    salary_min_amount,
    salary_max_amount,
    modelled_min_amount,
    modelled_max_amount,
    stated_currency as currency,
    {{ in_usd('salary_min_amount', 'stated_currency', rate_day('first_posted_at')) }} as salary_min_usd,
    {{ in_usd('salary_max_amount', 'stated_currency', rate_day('first_posted_at')) }} as salary_max_usd,
    known_at,
    known_until,
    last_seen_at
from versions
where {{ was_ever_current('versions') }}
