with told as (

    select
        *,
        row_number() over (
            partition by skill_id order by teller_rank asc, snapshot_date desc, known_at desc
        ) as preference
    from {{ ref('int_skills') }} as versions
    where {{ as_known_now('versions') }}

),

first_told as (

    select
        skill_id,
        min(known_at) as known_at
    from {{ ref('int_skills') }}
    group by skill_id

),

newest as (

    select
        told.*,
        first_told.known_at as first_known_at
    from told
    inner join first_told on told.skill_id = first_told.skill_id
    where told.preference = 1

),

-- How many open jobs ask for each skill, as their newest versions say.
demanded as (

    select
        asked.skill_id,
        count(*) filter (where postings.is_open and asked.is_current and asked.is_required) as required_by_count,
        count(*) filter (where postings.is_open and asked.is_current and not asked.is_required) as preferred_by_count
    from {{ ref('fct_posting_skills') }} as asked
    inner join {{ ref('fct_postings') }} as postings
        on asked.job_id = postings.job_id
    group by asked.skill_id

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
