with applications as (

    select *
    from {{ ref('int_applications') }} as versions
    where {{ as_known_now('versions') }}

),

outcomes as (

    select *
    from {{ ref('int_outcomes') }} as versions
    where occurred_at <= {{ horizon() }} and {{ as_known_now('versions') }}

),

-- Hired implies an offer and an offer an interview: the later stage dates the earlier one nobody recorded.
stages as (

    select
        application_id,
        min(case when outcome in ('interview', 'offer', 'hired') then occurred_at end) as interview_at,
        min(case when outcome in ('offer', 'hired') then occurred_at end) as offer_at,
        min(case when outcome = 'hired' then occurred_at end) as hired_at
    from outcomes
    group by application_id

),

-- The last word wins; a hire is final whatever is recorded after it.
last_words as (

    select
        application_id,
        outcome,
        occurred_at,
        row_number() over (
            partition by application_id
            order by
                (case when outcome = 'hired' then 0 else 1 end) asc,
                occurred_at desc,
                -- Said of the same instant, what ends an application comes after what goes on with it.
                (case when outcome = 'interview' then 2 when outcome = 'offer' then 1 else 0 end) asc,
                outcome asc,
                outcome_id asc
        ) as finality
    from outcomes

),

-- Pay as agreed on hiring, else as last offered.
pay as (

    select
        application_id,
        salary_amount,
        currency,
        salary_usd,
        row_number() over (
            partition by application_id
            order by (case when outcome = 'hired' then 0 else 1 end) asc, occurred_at desc, outcome_id asc
        ) as preference
    from outcomes
    where outcome in ('offer', 'hired') and salary_amount is not null

)

select
    applications.application_id,
    applications.subject_id,
    applications.cv_id,
    applications.cv_version,
    {{ linked_job_id('link', 'applications') }} as job_id,
    applications.job_key,
    applications.applied_at,
    applications.channel,
    stages.interview_at,
    stages.offer_at,
    stages.hired_at,
    case
        when last_words.outcome in ('hired', 'rejected', 'withdrawn', 'no_response') then last_words.occurred_at
    end as closed_at,
    last_words.outcome,
    last_words.outcome is null or last_words.outcome in ('interview', 'offer') as is_open,
    case
        when stages.hired_at is not null then 'hired'
        when stages.offer_at is not null then 'offer'
        when stages.interview_at is not null then 'interview'
        else 'applied'
    end as furthest_stage,
    {{ days_between('applications.applied_at', 'stages.offer_at') }} as days_to_offer,
    pay.salary_amount,
    pay.currency,
    pay.salary_usd,
    applications.known_at
from applications
left join {{ ref('int_job_links') }} as link
    on applications.posting_id = link.posting_id and link.known_until is null
left join stages
    on applications.application_id = stages.application_id
left join last_words
    on applications.application_id = last_words.application_id and last_words.finality = 1
left join pay
    on applications.application_id = pay.application_id and pay.preference = 1
