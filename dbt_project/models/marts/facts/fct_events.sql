select
    events.event_id,
    events.event_type,
    events.subject_id,
    case when events.job_key is not null then {{ linked_job_id('link', 'events') }} end as job_id,
    events.occurred_at,
    events.metadata,
    events.known_at
from {{ ref('int_events') }} as events
left join {{ ref('int_job_links') }} as link
    on events.posting_id = link.posting_id and link.known_until is null
