{{ config(indexes=[{'columns': ['subject_id']}]) }}

-- Everything here is as known at the horizon: scoring is done now.
with clock as (

    select {{ horizon() }} as feature_at

),

newest_cvs as (

    select distinct on (cvs.cv_id) cvs.*
    from {{ ref('int_cvs') }} as cvs
    cross join clock
    where {{ as_of('cvs', 'clock.feature_at') }}
    order by cvs.cv_id, cvs.cv_version desc

),

open_jobs as (

    select jobs.*
    from {{ ref('int_jobs') }} as jobs
    left join {{ source('ops', 'freshness') }} as freshness
        on jobs.source = freshness.source and jobs.resource = freshness.resource
    cross join clock
    where
        freshness.dropped_out_at is null
        and {{ as_of('jobs', 'clock.feature_at') }}
        and jobs.posted_at <= clock.feature_at
        and coalesce(
            jobs.closed_at, jobs.posted_at + {{ var('posting_open_days') }} * interval '1 day'
        ) > clock.feature_at

),

requests as (

    select distinct
        events.subject_id,
        {{ linked_job_id('link', 'events') }} as job_id,
        {{ json_text('events.metadata', 'cvId') }} as cv_id
    from {{ ref('int_events') }} as events
    cross join clock
    {{ job_link_join('link', 'events', 'clock.feature_at') }}
    where
        events.event_type = 'prediction_request'
        and events.job_key is not null
        and {{ known_by('events', 'clock.feature_at') }}

),

known_jobs as (

    select distinct jobs.job_id
    from {{ ref('int_jobs') }} as jobs
    cross join clock
    where {{ known_by('jobs', 'clock.feature_at') }}

),

-- A request names a job; the CV is that of the request or, where it names none, the person's newest.
asked_for as (

    select distinct on (requests.subject_id, requests.job_id, requests.cv_id)
        cvs.cv_id,
        requests.job_id
    from requests
    inner join known_jobs on requests.job_id = known_jobs.job_id
    inner join newest_cvs as cvs
        on
            requests.subject_id = cvs.subject_id
            and (requests.cv_id is null or requests.cv_id = cvs.cv_id)
    order by requests.subject_id, requests.job_id, requests.cv_id, cvs.updated_at desc, cvs.cv_id

),

open_applications as (

    select
        applications.cv_id,
        link.job_id
    from {{ ref('int_applications') }} as applications
    cross join clock
    {{ job_link_join('link', 'applications', 'clock.feature_at') }}
    -- People also apply to jobs that no source has shown us; there is nothing to score them by.
    inner join known_jobs on link.job_id = known_jobs.job_id
    where
        {{ as_of('applications', 'clock.feature_at') }}
        and not exists (
            select 1 from {{ ref('int_outcomes') }} as outcomes
            where
                outcomes.application_id = applications.application_id
                and outcomes.outcome in ('hired', 'rejected', 'withdrawn', 'no_response')
                and {{ known_by('outcomes', 'clock.feature_at') }}
        )

),

-- A CV is active when its person changed it, applied or did anything in the product not long ago.
active_subjects as (

    select subject_id from newest_cvs cross join clock
    where updated_at > clock.feature_at - {{ var('active_cv_days') }} * interval '1 day'
    union
    select subject_id from {{ ref('int_applications') }} cross join clock
    where applied_at > clock.feature_at - {{ var('active_cv_days') }} * interval '1 day'
    union
    select subject_id from {{ ref('int_events') }} cross join clock
    where occurred_at > clock.feature_at - {{ var('active_cv_days') }} * interval '1 day'

),

cv_skills as (

    select distinct
        cvs.cv_id,
        cvs.target_region,
        unnest(cvs.skills) as skill_id
    from newest_cvs as cvs
    inner join active_subjects on cvs.subject_id = active_subjects.subject_id

),

-- A required skill counts its share of those required; all preferred skills together count a third of that.
job_skills as (

    select
        job_id,
        country,
        true as is_required,
        unnest(skills_required) as skill_id,
        1.0 / nullif(cardinality(skills_required), 0) as weight
    from open_jobs
    union all
    select
        job_id,
        country,
        false as is_required,
        unnest(skills_preferred) as skill_id,
        0.3 / nullif(cardinality(skills_preferred), 0) as weight
    from open_jobs

),

skill_uses as (

    select
        skill_id,
        count(*) as jobs_count
    from job_skills
    group by skill_id

),

ranked_job_skills as (

    select
        job_skills.*,
        row_number() over (
            partition by job_skills.job_id
            order by job_skills.is_required desc, skill_uses.jobs_count, job_skills.skill_id
        ) as rarity
    from job_skills
    inner join skill_uses on job_skills.skill_id = skill_uses.skill_id

),

-- To compare each CV with each job would cost the one times the other. A job is found by its skills, and by each two of
-- its three rarest required ones: whoever holds all that it asks for holds those too.
job_keys as (

    select
        skill_id as match_key,
        country,
        job_id,
        weight,
        {{ var('scoring_jobs_per_skill') }} as looked_at_count
    from ranked_job_skills
    union all
    select
        {{ skill_pair('one.skill_id', 'other.skill_id') }} as match_key,
        one.country,
        one.job_id,
        one.weight + other.weight as weight,
        {{ var('scoring_jobs_per_skill_pair') }} as looked_at_count
    from ranked_job_skills as one
    inner join ranked_job_skills as other
        on
            one.job_id = other.job_id
            and one.rarity < other.rarity
            and other.rarity <= 3

),

-- Of the jobs of one key only the first, those of which it is the greatest part: a CV looks at so many and no more,
-- however many jobs there are. '*' is for CVs that name no country.
listed_jobs as (

    select
        target_region,
        match_key,
        job_id,
        weight,
        looked_at_count,
        row_number() over (partition by target_region, match_key order by weight desc, job_id) as place
    from (
        select
            job_keys.*,
            country as target_region
        from job_keys
        union all
        select
            job_keys.*,
            '*' as target_region
        from job_keys
    ) as asked

),

cv_keys as (

    select
        cv_id,
        coalesce(target_region, '*') as target_region,
        skill_id as match_key
    from cv_skills
    union all
    select
        one.cv_id,
        coalesce(one.target_region, '*') as target_region,
        {{ skill_pair('one.skill_id', 'other.skill_id') }} as match_key
    from cv_skills as one
    inner join cv_skills as other
        on
            one.cv_id = other.cv_id
            and one.skill_id < other.skill_id

),

candidates as (

    select
        cv_keys.cv_id,
        listed_jobs.job_id,
        row_number() over (
            partition by cv_keys.cv_id order by sum(listed_jobs.weight) desc, listed_jobs.job_id
        ) as place
    from cv_keys
    inner join listed_jobs
        on
            cv_keys.match_key = listed_jobs.match_key
            and cv_keys.target_region = listed_jobs.target_region
            and listed_jobs.place <= listed_jobs.looked_at_count
    group by cv_keys.cv_id, listed_jobs.job_id

),

-- Apart, lest the engine match all CVs with all jobs by their skills first.
candidate_skills as {{ materialized() }} (

    select
        candidates.cv_id,
        candidates.job_id,
        job_skills.skill_id,
        job_skills.weight
    from candidates
    inner join job_skills on candidates.job_id = job_skills.job_id
    where candidates.place <= {{ var('scoring_candidates_per_cv') }}

),

matches as (

    select
        candidate_skills.cv_id,
        candidate_skills.job_id,
        sum(candidate_skills.weight) as fit
    from candidate_skills
    inner join cv_skills
        on
            candidate_skills.cv_id = cv_skills.cv_id
            and candidate_skills.skill_id = cv_skills.skill_id
    group by candidate_skills.cv_id, candidate_skills.job_id

),

best_matches as (

    select
        cv_id,
        job_id,
        row_number() over (partition by cv_id order by fit desc, job_id) as match_rank
    from matches

),

wanted as (

    select
        cv_id,
        job_id,
        true as is_asked_for,
        false as is_open_application,
        null::bigint as match_rank
    from asked_for
    union all
    select
        cv_id,
        job_id,
        false,
        true,
        null
    from open_applications
    union all
    select
        cv_id,
        job_id,
        false,
        false,
        match_rank
    from best_matches
    where match_rank <= {{ var('scoring_matches_per_cv') }}

)

select
    {{ surrogate_key(['wanted.cv_id', 'wanted.job_id']) }} as example_id,
    wanted.cv_id,
    newest_cvs.cv_version,
    newest_cvs.subject_id,
    wanted.job_id,
    clock.feature_at,
    bool_or(wanted.is_asked_for) as is_asked_for,
    bool_or(wanted.is_open_application) as is_open_application,
    min(wanted.match_rank)::integer as match_rank
from wanted
inner join newest_cvs on wanted.cv_id = newest_cvs.cv_id
cross join clock
group by wanted.cv_id, newest_cvs.cv_version, newest_cvs.subject_id, wanted.job_id, clock.feature_at
