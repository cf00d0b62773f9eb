select
    event_id,
    event_type,
    subject_id,
    job_id,
    occurred_at,
    metadata,
    known_at
from {{ ref('int_events') }}
