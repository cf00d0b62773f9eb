{{ config(indexes=[{'columns': ['occupation_id', 'country', 'region']}, {'columns': ['basis']}]) }}
{%- set columns = [
    'source', 'resource', 'basis', 'occupation_id', 'company_id', 'country', 'region', 'seniority', 'observed_date',
    'low_amount', 'median_amount', 'high_amount', 'currency', 'low_usd', 'median_usd', 'high_usd',
    'p10_usd', 'p25_usd', 'p50_usd', 'p75_usd', 'p90_usd', 'weight'
] %}

-- A job's pay, as each version of the job states it; a version that states none ends the statement.
{% for basis, prefix in [('posted', 'salary'), ('modelled', 'modelled')] -%}
    {%- set low, high = prefix ~ '_min_amount', prefix ~ '_max_amount' -%}
    {%- set currency = {'salary': 'currency', 'modelled': 'modelled_currency'}[prefix] -%}
    {%- set middle = '(coalesce(' ~ low ~ ', ' ~ high ~ ') + coalesce(' ~ high ~ ', ' ~ low ~ ')) / 2' -%}
    {{ 'with ' if loop.first }}{{ basis }} as (

        select
            {{ surrogate_key(["'" ~ basis ~ "'", 'job_id']) }} as observation_id,
            source,
            resource,
            '{{ basis }}' as basis,
            occupation_id,
            company_id,
            country,
            region,
            seniority,
            {{ utc_date('posted_at') }} as observed_date,
            {{ low }} as low_amount,
            {{ middle }} as median_amount,
            {{ high }} as high_amount,
            {{ currency }} as currency,
            {{ in_usd(low, currency, rate_day('posted_at')) }} as low_usd,
            {{ in_usd(middle, currency, rate_day('posted_at')) }} as median_usd,
            {{ in_usd(high, currency, rate_day('posted_at')) }} as high_usd,
            null::double precision as p10_usd,
            null::double precision as p25_usd,
            null::double precision as p50_usd,
            null::double precision as p75_usd,
            null::double precision as p90_usd,
            1::double precision as weight,
            known_at,
            known_until
        from {{ ref('int_jobs') }}
        where {{ low }} > 0 or {{ high }} > 0

    ),

{% endfor -%}
offers as (

    select *
    from {{ ref('int_outcomes') }}
    where outcome in ('offer', 'hired') and salary_amount > 0

),

-- The instants at which anything became known of an application that has an offer: of the offer, of what was applied
-- for, of the job.
offer_news as (

    select
        application_id,
        known_at
    from offers
    union
    select
        application_id,
        known_until as known_at
    from offers
    where known_until is not null
    union
    select
        application.application_id,
        application.known_at
    from {{ ref('int_applications') }} as application
    where application.application_id in (select application_id from offers)
    union
    select
        application.application_id,
        link.known_at
    from {{ ref('int_applications') }} as application
    inner join {{ ref('int_job_links') }} as link
        on application.posting_id = link.posting_id
    where application.application_id in (select application_id from offers)
    union
    select
        application.application_id,
        job.known_at
    from {{ ref('int_applications') }} as application
    inner join {{ ref('int_job_links') }} as link
        on application.posting_id = link.posting_id
    inner join {{ ref('int_jobs') }} as job
        on link.job_id = job.job_id
    where application.application_id in (select application_id from offers)

),

offer_spans as (

    select
        application_id,
        known_at,
        lead(known_at) over (partition by application_id order by known_at) as known_until
    from offer_news

),

-- An application has one offer: being hired says it again, or says what it became.
standing_offers as (

    select distinct on (span.application_id, span.known_at)
        span.application_id,
        span.known_at,
        span.known_until,
        offer.occurred_at,
        offer.salary_amount,
        offer.currency,
        offer.salary_usd
    from offer_spans as span
    inner join offers as offer
        on
            span.application_id = offer.application_id
            and {{ as_of('offer', 'span.known_at') }}
    order by span.application_id, span.known_at, offer.outcome = 'hired' desc, offer.occurred_at desc, offer.outcome_id

),

offered as (

    select
        {{ surrogate_key(["'offer'", 'offer.application_id']) }} as observation_id,
        'product' as source,
        'outcomes' as resource,
        'offer' as basis,
        job.occupation_id,
        job.company_id,
        job.country,
        job.region,
        job.seniority,
        {{ utc_date('offer.occurred_at') }} as observed_date,
        offer.salary_amount as low_amount,
        offer.salary_amount as median_amount,
        offer.salary_amount as high_amount,
        offer.currency,
        offer.salary_usd as low_usd,
        offer.salary_usd as median_usd,
        offer.salary_usd as high_usd,
        null::double precision as p10_usd,
        null::double precision as p25_usd,
        null::double precision as p50_usd,
        null::double precision as p75_usd,
        null::double precision as p90_usd,
        1::double precision as weight,
        offer.known_at,
        offer.known_until
    from standing_offers as offer
    {{ as_of_join(ref('int_applications'), 'application', 'offer', ['application_id'], 'offer.known_at') }}
    {{ job_link_join('link', 'application', 'offer.known_at') }}
    {{ as_of_join(ref('int_jobs'), 'job', 'link', ['job_id'], 'offer.known_at') }}

),

told as (

    select
        versions.*,
        {{ annual_pay('coalesce(low, p25)', 'salary_period') }} as low_amount,
        {{ annual_pay('coalesce(median, p50, (low + high) / 2, low, high)', 'salary_period') }} as median_amount,
        {{ annual_pay('coalesce(high, p75)', 'salary_period') }} as high_amount,
        {{ rate_day(utc_midnight('observed_date')) }} as rate_day
    from ({{ union_of('pay') }}) as versions
    where {{ was_ever_current('versions') }}

),

-- A title stands for the occupation that enrichment matched it to.
matched as (

    select
        told.*,
        facts.seniority as found_seniority,
        case when told.company_name is not null then facts.company_key end as company_key,
        coalesce(told.occupation_id, facts.occupation_id) as stated_occupation_id
    from told
    left join {{ ref('stg_derived__posting_facts') }} as facts
        on
            told.source = facts.posting_source
            and told.resource = facts.posting_resource
            and told.record_key = facts.posting_record_key
            and told.content_hash = facts.posting_content_hash
            and {{ as_known_now('facts') }}
    where told.median_amount > 0

),

-- Official statistics are those of a whole state or country in all industries.
statements as (

    select *
    from matched
    where
        basis <> 'official_statistic'
        or (stated_occupation_id is not null and city is null and industry is null)

),

makers as (

    select
        source,
        stated_occupation_id,
        country,
        region,
        min(known_at) as known_at
    from statements
    where basis = 'official_statistic'
    group by source, stated_occupation_id, country, region

),

-- Each statistic counts once: what a source only passes on counts until its maker has spoken of occupation and place.
stated as (

    select
        {{ surrogate_key(['statement.basis', 'statement.observation_key']) }} as observation_id,
        statement.source,
        statement.resource,
        statement.basis,
        statement.stated_occupation_id as occupation_id,
        {{ named_company_id('names', 'statement') }} as company_id,
        statement.country,
        statement.region,
        coalesce(
            case
                when lower(statement.seniority) in ('intern', 'junior', 'mid', 'senior', 'lead', 'manager', 'executive')
                    then lower(statement.seniority)
            end,
            statement.found_seniority
        ) as seniority,
        statement.observed_date,
        statement.low_amount,
        statement.median_amount,
        statement.high_amount,
        statement.currency,
        {% for name in ['low', 'median', 'high'] -%}
            {{ in_usd(
                'statement.' ~ name ~ '_amount', 'statement.currency', 'statement.rate_day', 'statement.known_at'
            ) }} as {{ name }}_usd,
        {% endfor -%}
        {% for name in ['p10', 'p25', 'p50', 'p75', 'p90'] -%}
            {{ in_usd(
                annual_pay('statement.' ~ name, 'statement.salary_period'),
                'statement.currency', 'statement.rate_day', 'statement.known_at'
            ) }} as {{ name }}_usd,
        {% endfor -%}
        case
            when statement.basis = 'official_statistic' then coalesce(statement.sample_size, 1)
            else least(coalesce(statement.sample_size, 1), {{ var('official_pay_weight') }})
        end as weight,
        statement.known_at,
        least(statement.known_until, maker.known_at) as known_until
    from statements as statement
    left join makers as maker
        on
            statement.via = maker.source
            and statement.stated_occupation_id = maker.stated_occupation_id
            and statement.country = maker.country
            and statement.region is not distinct from maker.region
    {{ company_names_join('names', 'statement', 'statement.known_at') }}
    where maker.known_at is null or maker.known_at > statement.known_at

),

united as (

    select * from posted
    union all
    select * from modelled
    union all
    select * from offered
    union all
    select * from stated

)

{{ merged_versions('united', ['observation_id'], columns) }}
