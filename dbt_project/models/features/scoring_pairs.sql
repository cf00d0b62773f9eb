{{ config(indexes=[{'columns': ['cv_id', 'job_id']}]) }}

with spine as (

    select
        example_id,
        null::text as application_id,
        subject_id,
        cv_id,
        cv_version,
        job_id,
        feature_at
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

-- How much was told of what each person did and was told, corrections too: it only grows, where counts over a window slide.
news as (

    select
        told.subject_id,
        count(*) as news_count
    from (
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
    ) as told
    where {{ known_by('told', horizon()) }}
    group by told.subject_id

)

select
    spine.cv_id,
    spine.cv_version,
    spine.job_id,
    spine.subject_id,
    spine.feature_at,
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
{{ as_of_join(ref('int_cvs'), 'cv', 'spine', ['cv_id', 'cv_version']) }}
left join news on spine.subject_id = news.subject_id
left join {{ source('ops', 'freshness') }} as freshness
    on
        job.source = freshness.source
        and job.resource = freshness.resource
