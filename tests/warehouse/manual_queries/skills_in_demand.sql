-- The skills that open postings ask for most.
select
    skill_name,
    required_by_count,
    preferred_by_count,
    usage_count
from marts.dim_skills
where required_by_count + preferred_by_count > 0
order by required_by_count desc, preferred_by_count desc, skill_name asc
limit 20;
