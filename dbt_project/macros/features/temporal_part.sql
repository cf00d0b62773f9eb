{#
    When each example happens: in the calendar, in the hiring season and since the person's last application.
    `spine`: a relation with example_id, application_id, subject_id, feature_at.
    Gives example_id and the features of group `temporal` that do not depend on the job's own versions.
#}
{% macro temporal_part(spine) %}
    select
        spine.example_id,
        lower(to_char(spine.feature_at at time zone 'UTC', 'FMDay')) as weekday,
        extract(week from spine.feature_at at time zone 'UTC')::double precision as week_of_year,
        {{ days_between('last_application.applied_at', 'spine.feature_at') }} as days_since_last_application,
        season.season_hiring_index
    from {{ spine }} as spine
    left join (
        select
            spine.example_id,
            max(earlier.applied_at) as applied_at
        from {{ spine }} as spine
        inner join {{ ref('int_applications') }} as earlier
            on
                spine.subject_id = earlier.subject_id
                and earlier.application_id is distinct from spine.application_id
                and earlier.applied_at < spine.feature_at
                and {{ as_of('earlier', 'spine.feature_at') }}
        group by spine.example_id
    ) as last_application on spine.example_id = last_application.example_id
    left join (
        -- Postings that became known in the last 28 days, against the mean of 28 days in the year before.
        select
            calendar_date,
            (count(*) filter (where first_known.known_at > midnight_at - interval '28 days'))::double precision
            / nullif(count(*) * 28 / least(364, {{ days_between('min(first_known.known_at)', 'midnight_at') }}), 0)
                as season_hiring_index
        from (
            select distinct
                {{ utc_date('feature_at') }} as calendar_date,
                {{ utc_midnight(utc_date('feature_at')) }} as midnight_at
            from {{ spine }}
        ) as example_days
        inner join (
            select min(known_at) as known_at from {{ ref('int_jobs') }} group by job_id
        ) as first_known
            on
                {{ known_by('first_known', 'midnight_at') }}
                and first_known.known_at > midnight_at - interval '364 days'
        group by calendar_date, midnight_at
        having min(first_known.known_at) <= midnight_at - interval '56 days'
    ) as season on {{ utc_date('spine.feature_at') }} = season.calendar_date
{% endmacro %}
