{{ config(indexes=[{'columns': ['job_id', 'known_at']}, {'columns': ['known_until']}]) }}
{%- set never = "cast('infinity' as timestamptz)" %}

-- Each version of each posting, while it was held to be of a job.
with members as (

    select
        links.job_id,
        postings.*,
        greatest(postings.known_at, links.known_at) as member_from,
        least(postings.known_until, links.known_until) as member_until
    from {{ ref('int_posting_sightings') }} as postings
    inner join {{ ref('int_job_links') }} as links
        on
            postings.posting_id = links.posting_id
            and coalesce(postings.known_until, {{ never }}) > links.known_at
            and coalesce(links.known_until, {{ never }}) > postings.known_at

),

-- Who a record or a name stands for may become known, or be known better, while a posting says the same.
employers as (

    select
        company_record_id as employer_key,
        known_at
    from {{ ref('int_company_links') }}
    union
    select
        name_letters as employer_key,
        known_at
    from {{ ref('int_company_names') }}

),

news as (

    select
        job_id,
        news_at,
        lead(news_at) over (partition by job_id order by news_at) as next_news_at
    from (
        select
            job_id,
            member_from as news_at
        from members
        union
        select
            job_id,
            member_until as news_at
        from members
        where member_until is not null
        union
        select
            members.job_id,
            employers.known_at as news_at
        from members
        cross join {{ unnest_array(
            'array[members.company_record_id, members.company_key, ' ~ letters_of('members.company_name') ~ ']',
            'name_key'
        ) }}
        inner join employers
            on
                name_key = employers.employer_key
                and members.member_from < employers.known_at
                and (members.member_until is null or employers.known_at < members.member_until)
    ) as instants

),

-- Ordered by who is trusted most, the employer's own board first; of one board's postings the newest comes first.
standing as (

    select
        members.*,
        news.news_at,
        news.next_news_at,
        row_number() over (
            partition by news.job_id, news.news_at
            order by members.teller_rank, members.posted_at desc, members.posting_id
        ) as trust_rank,
        -- The one whose id the job bears was known first.
        row_number() over (
            partition by news.job_id, news.news_at
            order by (case when members.posting_id = members.job_id then 0 else 1 end), members.posting_id
        ) as first_rank,
        cardinality(members.skills_required) + cardinality(members.skills_preferred) > 0 as has_skills,
        max(coalesce(members.closed_at, {{ never }})) over (
            partition by news.job_id, news.news_at order by members.posted_at, members.posting_id
            rows between unbounded preceding and 1 preceding
        ) as others_listed_until
    from news
    inner join members
        on
            news.job_id = members.job_id
            and news.news_at >= members.member_from
            and (members.member_until is null or news.news_at < members.member_until)

),

-- What is posted when all that told of the job before has closed is the job posted anew.
spelled as (

    select
        *,
        sum(case when posted_at >= others_listed_until then 1 else 0 end) over (
            partition by job_id, news_at order by posted_at, posting_id
        ) as reposts_before
    from standing

),

version as (

    select
        counted.*,
        {{ is_employers_own('counted.source') }} as is_employers_own,
        links.company_id as linked_company_id,
        {{ named_company_id('names', 'counted') }} as named_company_id
    from (
        select
            *,
            max(reposts_before) over (partition by job_id, news_at) as reposts,
            max(spell_number) over (partition by job_id, news_at) as own_reposts
        from spelled
    ) as counted
    {{ as_of_join(ref('int_company_links'), 'links', 'counted', ['company_record_id'], 'counted.news_at') }}
    {{ company_names_join('names', 'counted', 'counted.news_at') }}
    where counted.reposts_before = counted.reposts

),

-- Until when a job is open its employer's own board says; where it does not tell of the job, the first of the others
-- that has it no more: boards drop late what is filled.
united as (

    select
        version.job_id,
        version.news_at as known_at,
        version.next_news_at as known_until,
        {{ best_told('version.job_key', 'version.job_key', 'version.first_rank') }} as job_key,
        {{ best_told('version.source', 'version.source', 'version.first_rank') }} as source,
        {{ best_told('version.resource', 'version.resource', 'version.first_rank') }} as resource,
        {% for name in [
            'title', 'linked_company_id', 'named_company_id', 'company_name', 'occupation_id', 'esco_uri', 'industry_id', 'country', 'region', 'city',
            'seniority', 'is_remote', 'workplace', 'years_required', 'education_level_required', 'word_count', 'text_language',
        ] -%}
        {{ best_told('version.' ~ name, 'version.' ~ name, 'version.trust_rank') }} as {{ name }},
        {% endfor -%}
        {% for name in ['skills_required', 'skills_preferred'] -%}
        coalesce(
            {{ text_as_array(best_told(
                array_as_text('version.' ~ name), 'nullif(version.has_skills, false)', 'version.trust_rank'
            )) }},
            '{}'
        ) as {{ name }},
        {% endfor -%}
        {% for prefix, told in [('salary', 'salary'), ('modelled', 'modelled')] -%}
        {%- set is_told = 'coalesce(version.' ~ told ~ '_min_amount, version.' ~ told ~ '_max_amount)' -%}
        {% for name in [prefix ~ '_min_amount', prefix ~ '_max_amount'] -%}
        {{ best_told('version.' ~ name, is_told, 'version.trust_rank') }} as {{ name }},
        {% endfor -%}
        {{ best_told('version.currency', is_told, 'version.trust_rank') }} as {{ prefix }}_currency,
        {% endfor -%}
        {% for name in ['salary_min_usd', 'salary_max_usd'] -%}
        {{ best_told(
            'version.' ~ name, 'coalesce(version.salary_min_amount, version.salary_max_amount)', 'version.trust_rank'
        ) }} as {{ name }},
        {% endfor -%}
        min(version.posted_at) as posted_at,
        bool_or(version.is_employers_own) as has_employers_own,
        bool_and(version.closed_at is not null) filter (where version.is_employers_own) as is_closed_by_employer,
        min(version.closed_at) filter (where version.is_employers_own) as employer_closed_at,
        min(version.closed_at) as first_closed_at,
        min(version.closed_at) filter (where version.closing = 'told') as told_closed_at,
        max(version.reposts + version.own_reposts) > 0 as is_repost,
        count(distinct version.source) as boards_count,
        max(coalesce(version.last_seen_at, version.known_at)) as last_seen_at
    from version
    group by version.job_id, version.news_at, version.next_news_at

),

closed as (

    select
        *,
        case
            when has_employers_own then case when is_closed_by_employer then employer_closed_at end
            else first_closed_at
        end as closed_at,
        coalesce(linked_company_id, named_company_id) as company_id
    from united

)

select
    closed.job_id,
    closed.job_key,
    closed.source,
    closed.resource,
    closed.is_repost,
    closed.boards_count,
    closed.title,
    {{ word_set('closed.title') }} as title_words,
    closed.company_id,
    closed.company_name,
    closed.occupation_id,
    closed.esco_uri,
    coalesce(closed.industry_id, company.industry_id) as industry_id,
    closed.country,
    closed.region,
    closed.city,
    closed.seniority,
    closed.is_remote,
    closed.workplace,
    closed.skills_required,
    closed.skills_preferred,
    closed.years_required,
    closed.education_level_required,
    closed.word_count,
    closed.text_language,
    closed.posted_at,
    closed.closed_at,
    case
        when closed.closed_at = closed.told_closed_at then 'told'
        when closed.closed_at is not null then 'seen'
    end as closing,
    closed.salary_min_amount,
    closed.salary_max_amount,
    closed.salary_currency as currency,
    closed.salary_min_usd,
    closed.salary_max_usd,
    closed.modelled_min_amount,
    closed.modelled_max_amount,
    closed.modelled_currency,
    closed.known_at,
    closed.known_until,
    closed.last_seen_at
from closed
left join {{ ref('int_companies') }} as company
    on closed.company_id = company.company_id and {{ as_of('company', 'closed.known_at') }}
