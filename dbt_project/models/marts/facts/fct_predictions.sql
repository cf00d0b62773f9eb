{{ config(tags=['reads_predictions']) }}

with predictions as (

    select
        *,
        row_number() over (partition by cv_id, job_id order by scored_at desc, prediction_id asc) as recency
    from {{ source('predictions', 'predictions') }}

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
        applications.interview_at,
        applications.offer_at,
        applications.outcome,
        applications.days_to_offer,
        applications.salary_usd,
        -- Due, and not yet due when the features were taken: a forecast that time has judged.
        coalesce(
            applications.label_due_at <= {{ horizon() }} and predictions.feature_at < applications.label_due_at, false
        ) as is_due
    from predictions
    left join applications
        on
            predictions.cv_id = applications.cv_id
            and predictions.job_id = applications.job_id
            and applications.application_number = 1
    left join {{ ref('fct_postings') }} as postings
        on predictions.job_id = postings.job_id

),

judged as (

    select
        *,
        is_due and coalesce(interview_at > feature_at, true) as is_interview_matured,
        is_due and coalesce(offer_at > feature_at, true) as is_offer_matured,
        coalesce(offer_at <= label_due_at, false) as is_offer_in_time
    from joined

)

select
    prediction_id,
    cv_id,
    cv_version,
    job_id,
    subject_id,
    scored_at,
    feature_at,
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
    is_interview_matured,
    is_offer_matured,
    case when is_interview_matured then coalesce(interview_at <= label_due_at, false) end as is_interviewed,
    case when is_offer_matured then is_offer_in_time end as is_offered,
    case when is_offer_matured and is_offer_in_time then salary_usd end as actual_salary_usd,
    case when is_offer_matured and is_offer_in_time then days_to_offer end as actual_days_to_offer
from judged
