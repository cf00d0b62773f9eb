-- Every job, as known at the horizon.
with spine as (

    select distinct
        job_id as example_id,
        null::text as subject_id,
        job_id,
        {{ horizon() }} as feature_at
    from {{ ref('int_jobs') }}

),

job_part as (

    {{ job_part('spine') }}

)

select
    spine.job_id,
    spine.feature_at,
    job_part.occupation_id,
    job_part.industry_id,
    job_part.country,
    {% for name in job_feature_names() -%}
        job_part.{{ name }},
    {% endfor -%}
    job_part.days_since_posted as posting_age_days
from spine
inner join job_part on spine.example_id = job_part.example_id
-- A job that became known after the horizon is not there yet.
where job_part.posting_source is not null
