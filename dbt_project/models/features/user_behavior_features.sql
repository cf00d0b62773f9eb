{{ config(indexes=[{'columns': ['subject_id', 'activity_date']}]) }}
{%- set windows = behavior_windows() %}

-- The days on which a person applied, and the horizon's day for everybody: the days that examples look at.
-- A day's row is what was known as the day began.
with wanted as (

    select
        subject_id,
        activity_date,
        {{ utc_midnight('activity_date') }} as feature_at
    from (
        select
            subject_id,
            {{ utc_date('applied_at') }} as activity_date
        from {{ ref('int_applications') }}
        union
        select
            subject_id,
            {{ utc_date(horizon()) }}
        from {{ ref('int_cvs') }}
    ) as days
    where subject_id is not null and activity_date is not null

),

events as (

    select
        wanted.subject_id,
        wanted.activity_date,
    {% for days in windows -%}
        {%- set recent = "event.occurred_at >= wanted.feature_at - interval '" ~ days ~ " days'" -%}
        count(distinct {{ utc_date('event.occurred_at') }}) filter (where {{ recent }}) as active_days_{{ days }}d,
        count(*) filter (where event.event_type = 'cv_analysis' and {{ recent }}) as cv_analyses_{{ days }}d,
        count(*) filter (where event.event_type = 'prediction_request' and {{ recent }})
            as prediction_requests_{{ days }}d,
        count(distinct event.feature_used)
        filter (where event.event_type = 'feature_usage' and {{ recent }}) as features_used_{{ days }}d
        {{- ',' if not loop.last }}
    {% endfor %}
    from wanted
    inner join {{ ref('int_events') }} as event
        on
            wanted.subject_id = event.subject_id
            and event.occurred_at >= wanted.feature_at - interval '{{ windows | max }} days'
            and event.occurred_at < wanted.feature_at
            and {{ as_of('event', 'wanted.feature_at') }}
    group by wanted.subject_id, wanted.activity_date

),

edits as (

    select
        wanted.subject_id,
        wanted.activity_date,
        min(cv.updated_at) as first_edited_at,
    {% for days in windows -%}
        count(*) filter (where cv.updated_at >= wanted.feature_at - interval '{{ days }} days') as cv_edits_{{ days }}d
        {{- ',' if not loop.last }}
    {% endfor %}
    from wanted
    inner join {{ ref('int_cvs') }} as cv
        on
            wanted.subject_id = cv.subject_id
            and cv.updated_at < wanted.feature_at
            and {{ as_of('cv', 'wanted.feature_at') }}
    group by wanted.subject_id, wanted.activity_date

),

applications as (

    select
        wanted.subject_id,
        wanted.activity_date,
        min(application.applied_at) as first_applied_at,
        count(*) as previous_applications,
    {% for days in windows -%}
        count(*) filter (where application.applied_at >= wanted.feature_at - interval '{{ days }} days')
            as applications_{{ days }}d
        {{- ',' if not loop.last }}
    {% endfor %}
    from wanted
    inner join {{ ref('int_applications') }} as application
        on
            wanted.subject_id = application.subject_id
            and application.applied_at < wanted.feature_at
            and {{ as_of('application', 'wanted.feature_at') }}
    group by wanted.subject_id, wanted.activity_date

),

outcomes as (

    select
        wanted.subject_id,
        wanted.activity_date,
        count(distinct outcome.application_id) filter (where outcome.outcome in ({{ interviewing_outcomes() }}))
            as previous_interviews,
        count(distinct outcome.application_id) filter (where outcome.outcome in ('offer', 'hired'))
            as previous_offers,
    {% for days in windows -%}
        count(*) filter (
            where
            outcome.outcome in ({{ answering_outcomes() }})
            and outcome.occurred_at >= wanted.feature_at - interval '{{ days }} days'
        ) as replies_{{ days }}d
        {{- ',' if not loop.last }}
    {% endfor %}
    from wanted
    inner join {{ ref('int_applications') }} as application
        on
            wanted.subject_id = application.subject_id
            and application.applied_at < wanted.feature_at
            and {{ as_of('application', 'wanted.feature_at') }}
    inner join {{ ref('int_outcomes') }} as outcome
        on
            application.application_id = outcome.application_id
            and outcome.occurred_at < wanted.feature_at
            and {{ as_of('outcome', 'wanted.feature_at') }}
    group by wanted.subject_id, wanted.activity_date

),

answers as (

    select
        wanted.subject_id,
        wanted.activity_date,
        count(*) as known_applications,
        count(*) filter (where state.has_answer) as answered_applications,
        count(*) filter (where state.has_interview) as interviewed_applications
    from wanted
    inner join {{ ref('int_application_states') }} as state
        on
            wanted.subject_id = state.subject_id
            and state.applied_at >= wanted.feature_at - interval '90 days'
            and state.applied_at < wanted.feature_at
            and {{ as_of('state', 'wanted.feature_at') }}
    group by wanted.subject_id, wanted.activity_date

)

select
    wanted.subject_id,
    wanted.activity_date,
    wanted.feature_at,
    {% for days in windows -%}
        coalesce(events.active_days_{{ days }}d, 0)::double precision as active_days_{{ days }}d,
        coalesce(events.cv_analyses_{{ days }}d, 0)::double precision as cv_analyses_{{ days }}d,
        coalesce(edits.cv_edits_{{ days }}d, 0)::double precision as cv_edits_{{ days }}d,
        coalesce(applications.applications_{{ days }}d, 0)::double precision as applications_{{ days }}d,
        coalesce(outcomes.replies_{{ days }}d, 0)::double precision as replies_{{ days }}d,
        coalesce(events.prediction_requests_{{ days }}d, 0)::double precision as prediction_requests_{{ days }}d,
        coalesce(events.features_used_{{ days }}d, 0)::double precision as features_used_{{ days }}d,
    {% endfor -%}
    coalesce(applications.previous_applications, 0)::double precision as previous_applications,
    coalesce(outcomes.previous_interviews, 0)::double precision as previous_interviews,
    coalesce(outcomes.previous_offers, 0)::double precision as previous_offers,
    coalesce(outcomes.previous_interviews, 0)::double precision / nullif(applications.previous_applications, 0)
        as interviews_per_application,
    {% for feature, count in [
        ('own_answered_rate_90d', 'answered_applications'), ('own_interview_rate_90d', 'interviewed_applications')
    ] -%}
        {{ shrunken_share(
            'coalesce(answers.' ~ count ~ ', 0)', 'coalesce(answers.known_applications, 0)', 'everybody', count,
            var('person_prior_applications')
        ) }} as {{ feature }},
    {% endfor -%}
    coalesce(subscription.plan, 'none') as plan,
    coalesce(subscription.status = 'trial', false) as is_trial,
    {{ days_between(
        'least(edits.first_edited_at, applications.first_applied_at, subscription.started_at)', 'wanted.feature_at'
    ) }} as tenure_days
from wanted
left join events
    on wanted.subject_id = events.subject_id and wanted.activity_date = events.activity_date
left join edits
    on wanted.subject_id = edits.subject_id and wanted.activity_date = edits.activity_date
left join applications
    on wanted.subject_id = applications.subject_id and wanted.activity_date = applications.activity_date
left join outcomes
    on wanted.subject_id = outcomes.subject_id and wanted.activity_date = outcomes.activity_date
left join answers
    on wanted.subject_id = answers.subject_id and wanted.activity_date = answers.activity_date
{{ answer_counts_join('everybody', 'all', "'all'", 'wanted.feature_at') }}
left join lateral (
    select current_subscription.*
    from {{ ref('int_subscriptions') }} as current_subscription
    where
        current_subscription.subject_id = wanted.subject_id
        and current_subscription.started_at < wanted.feature_at
        and (current_subscription.ended_at is null or current_subscription.ended_at > wanted.feature_at)
        and current_subscription.status <> 'cancelled'
        and {{ as_of('current_subscription', 'wanted.feature_at') }}
    order by current_subscription.started_at desc, current_subscription.subscription_id
    limit 1
) as subscription on true
