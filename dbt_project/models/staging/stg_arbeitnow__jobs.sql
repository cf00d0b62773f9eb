{{ config(indexes=[{'columns': ['slug']}]) }}

with source as (

    {{ accepted_versions('arbeitnow', 'jobs') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        known_at,
        {{ json_text('record', 'slug') }} as slug,
        {{ strip_html(json_text('record', 'title')) }} as title,
        {{ json_text('record', 'company_name') }} as company_name,
        {{ json_text('record', 'location') }} as location,
        {{ safe_boolean(json_text('record', 'remote')) }} as is_remote,
        {{ json_text_array('record', 'tags') }} as tags,
        {{ json_text_array('record', 'job_types') }} as job_types,
        {{ epoch_instant(json_text('record', 'created_at')) }} as posted_at
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    slug,
    title,
    company_name,
    location,
    is_remote,
    tags,
    job_types,
    posted_at,
    known_at,
    {{ known_until(['slug']) }} as known_until
from renamed
