{{ config(indexes=[{'columns': ['application_id']}, {'columns': ['feature_at']}]) }}

-- Nobody who has refused it is learned from; the refusal counts from the moment it is known.
with refused as (

    select subject_id
    from {{ ref('stg_product__consents') }} as consent
    where purpose = 'training' and not is_granted and {{ as_of('consent', horizon()) }}

),

spine as (

    select
        applications.application_id as example_id,
        applications.application_id,
        applications.subject_id,
        applications.cv_id,
        applications.cv_version,
        {{ linked_job_id('link', 'applications') }} as job_id,
        applications.applied_at as feature_at
    from {{ ref('int_applications') }} as applications
    {{ job_link_join('link', 'applications', 'applications.applied_at') }}
    where
        {{ as_of('applications', horizon()) }}
        and applications.applied_at is not null
        and applications.subject_id not in (select subject_id from refused)

),

example_features as (

    {{ example_features('spine') }}

),

labels as (

    {{ example_labels('spine') }}

)

select
    spine.application_id,
    spine.subject_id,
    spine.cv_id,
    coalesce(spine.cv_version, example_features.seen_cv_version) as cv_version,
    spine.job_id,
    spine.feature_at,
    example_features.country,
    example_features.industry_id,
    {% for column in example_feature_columns(prefix='example_features') -%}
        {{ column }},
    {% endfor -%}
    labels.is_interviewed,
    labels.is_offered,
    labels.offer_salary_usd,
    labels.days_to_offer_lower,
    labels.days_to_offer_upper
from spine
inner join example_features on spine.example_id = example_features.example_id
inner join labels on spine.example_id = labels.example_id
