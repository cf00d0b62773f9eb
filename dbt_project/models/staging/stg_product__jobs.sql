{{ config(indexes=[{'columns': ['job_key']}]) }}

with source as (

    {{ accepted_versions('product', 'jobs') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        known_at,
        {{ json_text('record', 'jobKey') }} as job_key,
        {{ json_text('record', 'title') }} as title,
        {{ json_text('record', 'company') }} as company_name,
        {{ json_text('record', 'location') }} as location,
        {{ json_text('record', 'country') }} as country,
        {{ json_text('record', 'industry') }} as industry,
        {{ json_text_array('record', 'requirements') }} as requirements,
        {{ safe_instant(json_text('record', 'postedAt')) }} as posted_at,
        {{ safe_instant(json_text('record', 'closedAt')) }} as closed_at,
        {{ safe_number(json_text('record', 'salaryMin')) }} as salary_min,
        {{ safe_number(json_text('record', 'salaryMax')) }} as salary_max,
        upper({{ json_text('record', 'salaryCurrency') }}) as currency,
        {{ json_text('record', 'salaryPeriod') }} as salary_period,
        {{ safe_boolean(json_text('record', 'remote')) }} as is_remote,
        {{ safe_instant(json_text('record', 'updatedAt')) }} as updated_at
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    job_key,
    title,
    company_name,
    location,
    country,
    industry,
    requirements,
    posted_at,
    closed_at,
    salary_min,
    salary_max,
    currency,
    salary_period,
    is_remote,
    updated_at,
    known_at,
    {{ known_until(['job_key'], ['updated_at']) }} as known_until
from renamed
