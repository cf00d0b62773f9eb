{{ config(indexes=[
    {'columns': ['application_id']},
    {'columns': ['subject_id']},
    {'columns': ['company_id', 'answer_number']},
]) }}
{%- set said = ['subject_id', 'job_id', 'company_id', 'applied_at', 'has_answer', 'has_interview', 'days_to_answer'] %}

-- Of a job's versions only those that name another employer make news of its applications.
with employers as (

    {{ merged_versions(ref('int_jobs'), ['job_id'], ['company_id']) }}

),

changes as (

    select
        application_id,
        known_at,
        known_until
    from {{ ref('int_applications') }}
    union all
    select
        application_id,
        known_at,
        known_until
    from {{ ref('int_outcomes') }}
    union all
    select
        applied.application_id,
        links.known_at,
        links.known_until
    from {{ ref('int_applications') }} as applied
    inner join {{ ref('int_job_links') }} as links on applied.posting_id = links.posting_id
    union all
    select
        applied.application_id,
        employers.known_at,
        employers.known_until
    from {{ ref('int_applications') }} as applied
    inner join {{ ref('int_job_links') }} as links on applied.posting_id = links.posting_id
    inner join employers on links.job_id = employers.job_id

),

-- The instants at which what is known of an application may become another.
news as {{ materialized() }} (

    select
        application_id,
        news_at,
        lead(news_at) over (partition by application_id order by news_at) as next_news_at
    from (
        select
            application_id,
            known_at as news_at
        from changes
        union
        select
            application_id,
            known_until as news_at
        from changes
        where known_until is not null
    ) as instants

),

answers as (

    select
        news.application_id,
        news.news_at,
        bool_or(outcome.outcome in ({{ interviewing_outcomes() }})) as has_interview,
        min(outcome.occurred_at) as answered_at
    from news
    inner join {{ ref('int_outcomes') }} as outcome
        on news.application_id = outcome.application_id and {{ as_of('outcome', 'news.news_at') }}
    where outcome.outcome in ({{ answering_outcomes() }})
    group by news.application_id, news.news_at

),

told as (

    select
        application.application_id,
        application.subject_id,
        {{ linked_job_id('link', 'application') }} as job_id,
        employers.company_id,
        application.applied_at,
        answers.application_id is not null as has_answer,
        coalesce(answers.has_interview, false) as has_interview,
        case
            when application.applied_at is not null and answers.answered_at is not null
                then greatest({{ days_between('application.applied_at', 'answers.answered_at') }}, 0)
        end as days_to_answer,
        news.news_at as known_at,
        news.next_news_at as known_until
    from news
    inner join {{ ref('int_applications') }} as application
        on news.application_id = application.application_id and {{ as_of('application', 'news.news_at') }}
    {{ job_link_join('link', 'application', 'news.news_at') }}
    left join employers
        on {{ linked_job_id('link', 'application') }} = employers.job_id and {{ as_of('employers', 'news.news_at') }}
    left join answers on news.application_id = answers.application_id and news.news_at = answers.news_at

),

states as (

    {{ merged_versions('told', ['application_id'], said) }}

)

-- Numbered as they became known, so that the latest of an employer are found without reading the others.
select
    application_id,
    {{ said | join(',\n    ') }},
    case
        when company_id is not null and has_answer
            then row_number() over (partition by company_id, has_answer order by known_at, application_id)
    end as answer_number,
    known_at,
    known_until
from states
