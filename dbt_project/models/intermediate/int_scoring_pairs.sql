{{ config(indexes=[{'columns': ['subject_id']}]) }}

-- What is open is asked as of the horizon: scoring is done now. A pair that is not applied for is scored with what is
-- known now, an application with what was known when it was made, as the models have learnt it.
with clock as (

    select {{ horizon() }} as horizon_at

),

newest_cvs as (

    select distinct on (cvs.cv_id) cvs.*
    from {{ ref('int_cvs') }} as cvs
    cross join clock
    where {{ as_of('cvs', 'clock.horizon_at') }}
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
        and {{ as_of('jobs', 'clock.horizon_at') }}
        and jobs.posted_at <= clock.horizon_at
        and coalesce(
            jobs.closed_at, jobs.posted_at + {{ var('posting_open_days') }} * interval '1 day'
        ) > clock.horizon_at

),

known_jobs as (

    select distinct jobs.job_id
    from {{ ref('int_jobs') }} as jobs
    cross join clock
    where {{ known_by('jobs', 'clock.horizon_at') }}

),

-- What a pair comes to is decided by the first application of its CV to its job. Which job that is may be known better
-- now than it was then.
applied as (

    select distinct on (applications.cv_id, {{ linked_job_id('link', 'applications') }})
        applications.application_id,
        applications.subject_id,
        applications.cv_id,
        applications.cv_version,
        {{ linked_job_id('link', 'applications') }} as job_id,
        {{ linked_job_id('link_then', 'applications') }} as feature_job_id,
        applications.applied_at
    from {{ ref('int_applications') }} as applications
    cross join clock
    {{ job_link_join('link', 'applications', 'clock.horizon_at') }}
    {{ job_link_join('link_then', 'applications', 'applications.applied_at') }}
    where {{ as_of('applications', 'clock.horizon_at') }}
    order by
        applications.cv_id, {{ linked_job_id('link', 'applications') }}, applications.applied_at,
        applications.application_id

),

-- Once it is decided, or its 45 days are over, nothing is left to forecast.
open_applications as (

    select
        applied.application_id,
        applied.subject_id,
        applied.cv_id,
        -- That of the application or, where it names none, the newest known then, else the first to be known since.
        coalesce(
            applied.cv_version,
            max(cvs.cv_version) filter (where {{ as_of('cvs', 'applied.applied_at') }}),
            min(cvs.cv_version)
        ) as cv_version,
        applied.job_id,
        applied.feature_job_id,
        applied.applied_at
    from applied
    -- People also apply to jobs that no source has shown us; there is nothing to score them by.
    inner join known_jobs on applied.job_id = known_jobs.job_id
    cross join clock
    inner join {{ ref('int_cvs') }} as cvs
        on
            applied.cv_id = cvs.cv_id
            and {{ known_by('cvs', 'clock.horizon_at') }}
    where
        applied.applied_at <= clock.horizon_at
        and {{ plus_days('applied.applied_at', var('label_window_days')) }} > clock.horizon_at
        and not exists (
            select 1 from {{ ref('int_outcomes') }} as outcomes
            where
                outcomes.application_id = applied.application_id
                and outcomes.outcome in ({{ closing_outcomes() }})
                and {{ as_of('outcomes', 'clock.horizon_at') }}
        )
    group by
        applied.application_id, applied.subject_id, applied.cv_id, applied.cv_version, applied.job_id,
        applied.feature_job_id, applied.applied_at

),

requests as (

    select distinct
        events.subject_id,
        {{ linked_job_id('link', 'events') }} as job_id,
        {{ json_text('events.metadata', 'cvId') }} as cv_id
    from {{ ref('int_events') }} as events
    cross join clock
    {{ job_link_join('link', 'events', 'clock.horizon_at') }}
    where
        events.event_type = 'prediction_request'
        and events.job_key is not null
        and {{ plus_days('events.occurred_at', var('request_open_days')) }} > clock.horizon_at
        and {{ known_by('events', 'clock.horizon_at') }}

),

-- A request names a job; the CV is that of the request or, where it names none, the person's newest.
requested as (

    select distinct on (requests.subject_id, requests.job_id, requests.cv_id)
        cvs.cv_id,
        requests.job_id
    from requests
    inner join newest_cvs as cvs
        on
            requests.subject_id = cvs.subject_id
            and (requests.cv_id is null or requests.cv_id = cvs.cv_id)
    order by requests.subject_id, requests.job_id, requests.cv_id, cvs.updated_at desc, cvs.cv_id

),

asked_for as (

    select distinct
        cv_id,
        job_id
    from requested

),

-- Jobs older than those that people apply to would be scored by what no model has seen. Too few applications say
-- nothing of that. Worked out once, lest the engine do it at each job.
oldest_age as {{ materialized() }} (

    select
        case
            when count(*) >= {{ var('scoring_age_applications') }}
                then percentile_cont({{ var('scoring_age_share') }}) within group (
                    order by {{ days_between('jobs.posted_at', 'applied.applied_at') }}
                )
            else {{ var('posting_open_days') }}
        end as days
    from applied
    cross join clock
    inner join {{ ref('int_jobs') }} as jobs
        on
            applied.feature_job_id = jobs.job_id
            and {{ as_of('jobs', 'applied.applied_at') }}
    where
        applied.applied_at <= clock.horizon_at
        and {{ plus_days('applied.applied_at', var('active_cv_days')) }} > clock.horizon_at

),

-- A CV is active when its person changed it, applied or did anything in the product not long ago.
active_subjects as (

    select subject_id from newest_cvs cross join clock
    where updated_at > clock.horizon_at - {{ var('active_cv_days') }} * interval '1 day'
    union
    select subject_id from {{ ref('int_applications') }} cross join clock
    where applied_at > clock.horizon_at - {{ var('active_cv_days') }} * interval '1 day'
    union
    select subject_id from {{ ref('int_events') }} cross join clock
    where occurred_at > clock.horizon_at - {{ var('active_cv_days') }} * interval '1 day'

),

cv_skills as (

    select distinct
        cvs.cv_id,
        cvs.target_region,
        unnest(cvs.skills) as skill_id
    from newest_cvs as cvs
    inner join active_subjects on cvs.subject_id = active_subjects.subject_id

),

young_jobs as (

    select open_jobs.*
    from open_jobs
    cross join clock
    cross join oldest_age
    where {{ days_between('open_jobs.posted_at', 'clock.horizon_at') }} <= oldest_age.days

),

-- A required skill counts its share of those required; all preferred skills together count a third of that.
job_skills as (

    select
        job_id,
        country,
        true as is_required,
        unnest(skills_required) as skill_id,
        1.0 / nullif(cardinality(skills_required), 0) as weight
    from young_jobs
    union all
    select
        job_id,
        country,
        false as is_required,
        unnest(skills_preferred) as skill_id,
        0.3 / nullif(cardinality(skills_preferred), 0) as weight
    from young_jobs

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
    where
        not exists (
            select 1 from applied
            where applied.cv_id = candidate_skills.cv_id and applied.job_id = candidate_skills.job_id
        )
    group by candidate_skills.cv_id, candidate_skills.job_id

),

best_matches as (

    select
        cv_id,
        job_id,
        row_number() over (partition by cv_id order by fit desc, job_id) as match_rank
    from matches

),

asked_for_open as {{ materialized() }} (

    select
        asked_for.cv_id,
        asked_for.job_id
    from asked_for
    inner join open_jobs on asked_for.job_id = open_jobs.job_id

),

unapplied as (

    select
        cv_id,
        job_id,
        bool_or(match_rank is null) as is_asked_for,
        min(match_rank) as match_rank
    from (
        select
            asked_for_open.cv_id,
            asked_for_open.job_id,
            null::bigint as match_rank
        from asked_for_open
        where
            not exists (
                select 1 from applied
                where applied.cv_id = asked_for_open.cv_id and applied.job_id = asked_for_open.job_id
            )
        union all
        select
            cv_id,
            job_id,
            match_rank
        from best_matches
        where match_rank <= {{ var('scoring_matches_per_cv') }}
    ) as wanted
    group by cv_id, job_id

)

select
    {{ surrogate_key(['unapplied.cv_id', 'unapplied.job_id']) }} as example_id,
    null::text as application_id,
    unapplied.cv_id,
    newest_cvs.cv_version,
    newest_cvs.subject_id,
    unapplied.job_id,
    unapplied.job_id as feature_job_id,
    clock.horizon_at as feature_at,
    clock.horizon_at,
    unapplied.is_asked_for,
    false as is_open_application,
    unapplied.match_rank::integer as match_rank
from unapplied
inner join newest_cvs on unapplied.cv_id = newest_cvs.cv_id
cross join clock

union all

select
    {{ surrogate_key(['open_applications.cv_id', 'open_applications.job_id']) }} as example_id,
    open_applications.application_id,
    open_applications.cv_id,
    open_applications.cv_version,
    open_applications.subject_id,
    open_applications.job_id,
    open_applications.feature_job_id,
    open_applications.applied_at as feature_at,
    clock.horizon_at,
    asked_for.job_id is not null as is_asked_for,
    true as is_open_application,
    null::integer as match_rank
from open_applications
left join asked_for
    on
        open_applications.cv_id = asked_for.cv_id
        and open_applications.job_id = asked_for.job_id
cross join clock
