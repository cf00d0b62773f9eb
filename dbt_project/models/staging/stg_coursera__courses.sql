with source as (

    {{ accepted_versions('coursera', 'courses') }}

)

select
    record_key,
    content_hash,
    batch_id,
    {{ json_text('record', 'id') }} as course_id,
    {{ json_text('record', 'name') }} as course_name,
    {{ json_text('record', 'slug') }} as slug,
    {{ json_text_array('record', 'primaryLanguages') }} as languages,
    {{ json_text_array('record', 'partnerIds') }} as partner_ids,
    {{ json_values('record', 'domainTypes', 'domainId') }} as domains,
    {{ json_values('record', 'domainTypes', 'subdomainId') }} as subdomains,
    {{ json_text('record', 'workload') }} as workload,
    {{ safe_date(json_text('record', 'snapshot_date')) }} as snapshot_date,
    known_at,
    {{ known_until(["record ->> 'id'"]) }} as known_until
from source
