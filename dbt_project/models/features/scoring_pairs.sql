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
    {{ surrogate_key(
        ['example_features.country', 'example_features.industry_id'] + example_feature_columns(prefix='example_features')
    ) }} as feature_hash
from spine
inner join example_features on spine.example_id = example_features.example_id
{{ as_of_join(ref('int_postings'), 'job', 'spine', ['job_id']) }}
left join {{ source('ops', 'freshness') }} as freshness
    on
        job.source = freshness.source
        and job.resource = freshness.resource
