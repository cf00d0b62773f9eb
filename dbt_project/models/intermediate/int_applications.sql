{{ config(indexes=[{'columns': ['application_id']}, {'columns': ['posting_id']}, {'columns': ['subject_id']}]) }}

select
    application_id,
    subject_id,
    cv_id,
    cv_version,
    md5(job_key) as posting_id,
    job_key,
    applied_at,
    channel,
    known_at,
    known_until
from {{ ref('stg_product__applications') }} as versions
-- A version that was never current (it came after a better one) says nothing.
where {{ was_ever_current('versions') }}
