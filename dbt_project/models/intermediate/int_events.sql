{{ config(indexes=[{'columns': ['subject_id', 'occurred_at']}]) }}

-- An event's id said again is a repeat, and what was known first stands.
with first_told as (

    select distinct on (event_id) *
    from {{ ref('stg_product__events') }}
    order by event_id, known_at, content_hash

)

select
    event_id,
    event_type,
    subject_id,
    md5(job_key) as posting_id,
    job_key,
    occurred_at,
    {{ json_text('metadata', 'feature') }} as feature_used,
    metadata,
    known_at,
    cast(null as {{ sql_type('timestamptz') }}) as known_until
from first_told
