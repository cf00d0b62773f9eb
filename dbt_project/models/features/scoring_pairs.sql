{{ config(indexes=[{'columns': ['cv_id', 'job_id']}]) }}

with spine as (

    select
        example_id,
        application_id,
        subject_id,
        cv_id,
        cv_version,
        feature_job_id as job_id,
        job_id as scored_job_id,
        feature_at,
        horizon_at
    from {{ ref('int_scoring_pairs') }}

),

example_features as (

    {{ example_features('spine') }}

),

applicants as (

    select
        application_id,
        subject_id
    from {{ ref('int_applications') }} as application
    where {{ as_of('application', horizon()) }}

),

told as (

    select
        subject_id,
        known_at
    from {{ ref('int_events') }}
    union all
    select
        subject_id,
        known_at
    from {{ ref('int_cvs') }}
    union all
    select
        applicants.subject_id,
        outcomes.known_at
    from {{ ref('int_outcomes') }} as outcomes
    inner join applicants on outcomes.application_id = applicants.application_id

),

asked as (

    select distinct
        subject_id,
        feature_at
    from spine

),

-- How much was told of what each person did and was told, corrections too: it only grows, where counts over a window slide.
news as (

    select
        asked.subject_id,
        asked.feature_at,
        count(*) as news_count
    from asked
    inner join told
        on
            asked.subject_id = told.subject_id
            and {{ known_by('told', 'asked.feature_at') }}
    group by asked.subject_id, asked.feature_at

)

select
    spine.cv_id,
    spine.cv_version,
    spine.scored_job_id as job_id,
    spine.subject_id,
    spine.feature_at,
    spine.horizon_at,
    coalesce(freshness.is_stale, false) as is_stale,
    example_features.country,
    example_features.industry_id,
    {% for column in example_feature_columns(prefix='example_features') -%}
        {{ column }},
    {% endfor -%}
    {{ evidence_hash('example_features', [
        seconds_since_epoch('job.posted_at'), seconds_since_epoch('job.closed_at'), seconds_since_epoch('cv.updated_at'),
        'news.news_count',
    ]) }} as feature_hash
from spine
inner join example_features on spine.example_id = example_features.example_id
{{ as_of_join(ref('int_jobs'), 'job', 'spine', ['job_id']) }}
left join {{ ref('int_cvs') }} as cv
    on
        spine.cv_id = cv.cv_id
        and example_features.seen_cv_version = cv.cv_version
        and {{ as_of('cv', 'spine.feature_at') }}
left join news
    on
        spine.subject_id = news.subject_id
        and spine.feature_at = news.feature_at
left join {{ source('ops', 'freshness') }} as freshness
    on
        job.source = freshness.source
        and job.resource = freshness.resource
