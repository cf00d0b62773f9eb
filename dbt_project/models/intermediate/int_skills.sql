select
    skill_id,
    skill_id as skill_name,
    snapshot_date,
    max(usage_count) as usage_count,
    min(known_at) as known_at
from {{ ref('stg_stack_overflow__tags') }}
where site = 'stackoverflow'
group by skill_id, snapshot_date
