{{ config(tags=['reads_predictions']) }}

with clock as (

    select {{ horizon() }} as now_at

),

-- What was scored before predictions told their horizon was scored as of it. A job bears the id of one of its postings,
-- whose link leads from the job that was scored to the one that it is held to be now.
linked as (

    select
        made.*,
        coalesce(made.horizon_at, made.feature_at) as knew_until_at,
        coalesce(link.job_id, made.job_id) as known_job_id
    from {{ source('predictions', 'predictions') }} as made
    left join {{ ref('int_job_links') }} as link
        on made.job_id = link.posting_id and link.known_until is null

),

predictions as (

    select
        *,
        row_number() over (partition by cv_id, known_job_id order by scored_at desc, prediction_id asc) as recency
    from linked

),

-- When it was first told how an application went on, at all and as to an offer, though it was corrected since.
news as (

    select
        application_id,
        min(known_at) as outcome_known_at,
        min(case when outcome <> 'interview' then known_at end) as offer_outcome_known_at
    from {{ ref('int_outcomes') }}
    group by application_id

),

-- The application that a prediction is judged by: the first of its CV to its job.
applications as (

    select
        *,
        {{ plus_days('applied_at', var('label_window_days')) }} as label_due_at,
        row_number() over (partition by cv_id, job_id order by applied_at, application_id) as application_number
    from {{ ref('fct_applications') }}

),

joined as (

    select
        predictions.*,
        postings.industry_id,
        postings.country,
        postings.occupation_id,
        applications.application_id,
        applications.applied_at,
        applications.label_due_at,
        applications.outcome,
        applications.days_to_offer,
        applications.salary_usd,
        coalesce(applications.interview_at <= applications.label_due_at, false) as is_interview_in_time,
        coalesce(applications.offer_at <= applications.label_due_at, false) as is_offer_in_time,
        {% for target, known_at in [('interview', 'outcome_known_at'), ('offer', 'offer_outcome_known_at')] -%}
        {#- Why no outcome can ever judge what was said; null where one has or may. #}
        case
            when
                coalesce(
                    applications.applied_at
                    > {{ plus_days('predictions.knew_until_at', var('prediction_live_days')) }},
                    {{ plus_days('predictions.knew_until_at', var('prediction_live_days')) }} <= clock.now_at
                )
                then 'not_applied_in_time'
            when news.{{ known_at }} <= predictions.knew_until_at then 'outcome_known_before'
            when applications.label_due_at <= predictions.knew_until_at then 'outcome_due_before'
            -- Those still undecided by then are those that fare worse, which the prediction does not know.
            when {{ plus_days('applications.applied_at', var('silence_days')) }} < predictions.knew_until_at
                then 'silence_known_before'
        end as {{ target }}_obstacle,
        {% endfor -%}
        coalesce(applications.label_due_at <= clock.now_at, false) as is_due
    from predictions
    cross join clock
    left join applications
        on
            predictions.cv_id = applications.cv_id
            and predictions.known_job_id = applications.job_id
            and applications.application_number = 1
    left join news
        on applications.application_id = news.application_id
    left join {{ ref('fct_postings') }} as postings
        on predictions.known_job_id = postings.job_id

),

reasoned as (

    select
        *,
        case when interview_probability is null then 'not_predicted' else interview_obstacle end
            as interview_never_matures_reason,
        case when offer_probability is null then 'not_predicted' else offer_obstacle end as offer_never_matures_reason,
        case
            when salary_median is null then 'not_predicted'
            when offer_obstacle is not null then offer_obstacle
            when not is_due then null
            when not is_offer_in_time then 'no_offer'
            when salary_usd is null then 'pay_not_told'
            when coalesce(salary_currency, '') <> 'USD' then 'other_currency'
        end as salary_never_matures_reason,
        case
            when time_to_hire_days is null then 'not_predicted'
            when offer_obstacle is not null then offer_obstacle
            when is_due and not is_offer_in_time then 'no_offer'
        end as time_to_hire_never_matures_reason
    from joined

),

judged as (

    select
        *,
        {% for target in ['interview', 'offer', 'salary', 'time_to_hire'] -%}
        case
            when {{ target }}_never_matures_reason is not null then 'never'
            when is_due then 'matured'
            else 'pending'
        end as {{ target }}_maturity{{ ',' if not loop.last }}
        {% endfor %}
    from reasoned

)

select
    prediction_id,
    cv_id,
    cv_version,
    known_job_id as job_id,
    subject_id,
    scored_at,
    feature_at,
    knew_until_at as horizon_at,
    industry_id,
    country,
    occupation_id,
    interview_probability,
    offer_probability,
    salary_low,
    salary_median,
    salary_high,
    salary_currency,
    time_to_hire_days,
    time_to_hire_days_low,
    time_to_hire_days_high,
    competitiveness_score,
    model_version,
    feature_hash,
    is_stale,
    is_out_of_distribution,
    adversarial_score,
    segment_model,
    recency = 1 as is_latest,
    application_id,
    applied_at,
    label_due_at,
    outcome,
    {% for target in ['interview', 'offer', 'salary', 'time_to_hire'] -%}
    {{ target }}_maturity,
    {{ target }}_never_matures_reason,
    {% endfor -%}
    interview_maturity = 'matured' as is_interview_matured,
    offer_maturity = 'matured' as is_offer_matured,
    case when interview_maturity = 'matured' then is_interview_in_time end as is_interviewed,
    case when offer_maturity = 'matured' then is_offer_in_time end as is_offered,
    case when salary_maturity = 'matured' then salary_usd end as actual_salary_usd,
    case when time_to_hire_maturity = 'matured' then days_to_offer end as actual_days_to_offer
from judged
