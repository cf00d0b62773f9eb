-- What an occupation needs of a skill is said in rows of its own; here a skill is named once a day and teller.
select
    skill_id,
    min(skill_name) as skill_name,
    source,
    min(skill_kind) as skill_kind,
    snapshot_date,
    max(usage_count) as usage_count,
    min(teller_rank) as teller_rank,
    min(known_at) as known_at
from ({{ union_of('skill') }}) as told
where skill_id is not null
group by skill_id, source, snapshot_date
