with told as (

    select
        *,
        row_number() over (
            partition by skill_id order by teller_rank asc, snapshot_date desc, known_at desc
        ) as preference,
        min(known_at) over (partition by skill_id) as first_known_at
    from {{ ref('int_skills') }}

),

newest as (

    select *
    from told
    where preference = 1

),

open_postings as (

    select postings.*
    from {{ ref('int_postings') }} as postings
    inner join {{ ref('fct_postings') }} as facts
        on postings.job_id = facts.job_id and facts.is_open
    where postings.known_until is null

),

asked as (

    select
        job_id,
        skill_id,
        true as is_required
    from open_postings
    cross join {{ unnest_array('skills_required', 'skill_id') }}

    union all

    select
        job_id,
        skill_id,
        false as is_required
    from open_postings
    cross join {{ unnest_array('skills_preferred', 'skill_id') }}

),

demanded as (

    select
        skill_id,
        count(distinct case when is_required then job_id end) as required_by_count,
        count(distinct case when not is_required then job_id end) as preferred_by_count
    from asked
    group by skill_id

)

select
    coalesce(newest.skill_id, demanded.skill_id) as skill_id,
    coalesce(newest.skill_name, demanded.skill_id) as skill_name,
    coalesce(newest.source = 'stack_overflow', false) as is_tagged,
    newest.usage_count,
    newest.snapshot_date,
    coalesce(demanded.required_by_count, 0) as required_by_count,
    coalesce(demanded.preferred_by_count, 0) as preferred_by_count,
    newest.first_known_at as known_at
from newest
full outer join demanded
    on newest.skill_id = demanded.skill_id
