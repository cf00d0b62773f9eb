{{ config(indexes=[{'columns': ['skill_id']}]) }}

with jobs as (

    -- What turned out to be another job is told there.
    select
        *,
        max(case when known_until is null then 1 else 0 end) over (partition by job_id) = 1 as is_still_there
    from {{ ref('int_jobs') }}

),

named as (

    {% for part, is_required in [('skills_required', 'true'), ('skills_preferred', 'false')] -%}
        select
            job_id,
            skill_id,
            {{ is_required }} as is_required,
            known_at,
            known_until,
            coalesce(known_until, last_seen_at, known_at) as named_until
        from jobs
        cross join {{ unnest_array(part, 'skill_id') }}
        where is_still_there
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- A skill that one version names in both lists is required; what the newest version that names it says, holds.
stated as (

    select
        *,
        row_number() over (
            partition by job_id, skill_id order by known_at desc, is_required desc
        ) as preference,
        min(known_at) over (partition by job_id, skill_id) as first_seen_at,
        max(named_until) over (partition by job_id, skill_id) as last_seen_at
    from named

)

select
    job_id,
    skill_id,
    is_required,
    known_until is null as is_current,
    first_seen_at,
    greatest(first_seen_at, last_seen_at) as last_seen_at
from stated
where preference = 1
