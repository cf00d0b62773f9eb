{{ config(indexes=[{'columns': ['occupation_id', 'country', 'region']}, {'columns': ['basis']}]) }}

-- A posting's pay, said again in a later version, is one observation.
{% for basis, prefix in [('posted', 'salary'), ('modelled', 'modelled')] -%}
    {%- set low, high = prefix ~ '_min_amount', prefix ~ '_max_amount' -%}
    {%- set currency = {'salary': 'currency', 'modelled': 'modelled_currency'}[prefix] -%}
    {%- set middle = '(coalesce(' ~ low ~ ', ' ~ high ~ ') + coalesce(' ~ high ~ ', ' ~ low ~ ')) / 2' -%}
    {{ 'with ' if loop.first }}{{ basis }} as (

        select distinct on (job_id, {{ low }}, {{ high }}, {{ currency }})
            {{ surrogate_key(["'" ~ basis ~ "'", 'job_id', low, high, currency]) }} as observation_id,
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
            known_at
        from {{ ref('int_jobs') }}
        where {{ low }} > 0 or {{ high }} > 0
        order by job_id, {{ low }}, {{ high }}, {{ currency }}, known_at

    ),

{% endfor -%}
-- An application has one offer: being hired says it again, or says what it became.
offered as (

    select distinct on (outcomes.application_id, outcomes.known_at)
        {{ surrogate_key(["'offer'", 'outcomes.application_id']) }} as observation_id,
        'product' as source,
        'outcomes' as resource,
        'offer' as basis,
        job.occupation_id,
        job.company_id,
        job.country,
        job.region,
        job.seniority,
        {{ utc_date('outcomes.occurred_at') }} as observed_date,
        outcomes.salary_amount as low_amount,
        outcomes.salary_amount as median_amount,
        outcomes.salary_amount as high_amount,
        outcomes.currency,
        outcomes.salary_usd as low_usd,
        outcomes.salary_usd as median_usd,
        outcomes.salary_usd as high_usd,
        null::double precision as p10_usd,
        null::double precision as p25_usd,
        null::double precision as p50_usd,
        null::double precision as p75_usd,
        null::double precision as p90_usd,
        1::double precision as weight,
        outcomes.known_at
    from {{ ref('int_outcomes') }} as outcomes
    {{ as_of_join(ref('int_applications'), 'application', 'outcomes', ['application_id'], 'outcomes.known_at') }}
    {{ job_link_join('link', 'application', 'outcomes.known_at') }}
    {{ as_of_join(ref('int_jobs'), 'job', 'link', ['job_id'], 'outcomes.known_at') }}
    where outcomes.outcome in ('offer', 'hired') and outcomes.salary_amount > 0
    order by outcomes.application_id, outcomes.known_at, outcomes.occurred_at desc, outcomes.outcome_id

),

told as (

    select
        versions.*,
        {{ annual_pay('coalesce(low, p25)', 'salary_period') }} as low_amount,
        {{ annual_pay('coalesce(median, p50, (low + high) / 2, low, high)', 'salary_period') }} as median_amount,
        {{ annual_pay('coalesce(high, p75)', 'salary_period') }} as high_amount,
        {{ rate_day(utc_midnight('observed_date')) }} as rate_day
    from ({{ union_of('pay') }}) as versions
    where versions.known_until is null

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
            and facts.known_until is null
    where told.median_amount > 0

),

-- Official statistics are those of a whole state or country in all industries, and each counts once: what a source only
-- passes on counts where its maker says nothing itself.
stated as (

    select
        {{ surrogate_key(['matched.basis', 'matched.observation_key']) }} as observation_id,
        matched.source,
        matched.resource,
        matched.basis,
        matched.stated_occupation_id as occupation_id,
        {{ named_company_id('names', 'matched') }} as company_id,
        matched.country,
        matched.region,
        coalesce(
            case
                when lower(matched.seniority) in ('intern', 'junior', 'mid', 'senior', 'lead', 'manager', 'executive')
                    then lower(matched.seniority)
            end,
            matched.found_seniority
        ) as seniority,
        matched.observed_date,
        matched.low_amount,
        matched.median_amount,
        matched.high_amount,
        matched.currency,
        {% for name in ['low', 'median', 'high'] -%}
            {{ in_usd('matched.' ~ name ~ '_amount', 'matched.currency', 'matched.rate_day') }} as {{ name }}_usd,
        {% endfor -%}
        {% for name in ['p10', 'p25', 'p50', 'p75', 'p90'] -%}
            {{ in_usd(annual_pay('matched.' ~ name, 'matched.salary_period'), 'matched.currency', 'matched.rate_day') }}
                as {{ name }}_usd,
        {% endfor -%}
        case
            when matched.basis = 'official_statistic' then coalesce(matched.sample_size, 1)
            else least(coalesce(matched.sample_size, 1), {{ var('official_pay_weight') }})
        end as weight,
        matched.known_at
    from matched
    {{ company_names_join('names', 'matched', 'matched.known_at') }}
    where
        matched.basis <> 'official_statistic'
        or (
            matched.stated_occupation_id is not null
            and matched.city is null
            and matched.industry is null
            and (
                matched.via is null
                or not exists (
                    select 1 from matched as maker
                    where
                        maker.source = matched.via
                        and maker.stated_occupation_id = matched.stated_occupation_id
                        and maker.country = matched.country
                        and maker.region is not distinct from matched.region
                        and maker.city is null
                        and maker.industry is null
                )
            )
        )

)

select * from posted
union all
select * from modelled
union all
select * from offered
union all
select * from stated
