-- What an occupation needs of a skill is said in rows of its own; here a skill is named once a day and teller.
with told as (

    select versions.*
    from ({{ union_of('skill') }}) as versions
    where
        versions.skill_id is not null
        and {{ was_ever_current('versions') }}

),

news as (

    select
        source,
        skill_id,
        snapshot_date,
        known_at
    from told
    union
    select
        source,
        skill_id,
        snapshot_date,
        known_until as known_at
    from told
    where known_until is not null

),

spans as (

    select
        *,
        lead(known_at) over (partition by source, skill_id, snapshot_date order by known_at) as known_until
    from news

),

-- At each instant when a teller said something new of a skill and day, all that stood then, as one.
standing as (

    select
        span.source,
        span.skill_id,
        span.snapshot_date,
        span.known_at,
        span.known_until,
        min(told.skill_name) as skill_name,
        min(told.skill_kind) as skill_kind,
        max(told.usage_count) as usage_count,
        min(told.teller_rank) as teller_rank
    from spans as span
    inner join told
        on
            span.source = told.source
            and span.skill_id = told.skill_id
            and span.snapshot_date = told.snapshot_date
            and {{ as_of('told', 'span.known_at') }}
    group by span.source, span.skill_id, span.snapshot_date, span.known_at, span.known_until

)

{{ merged_versions(
    'standing', ['skill_id', 'source', 'snapshot_date'], ['skill_name', 'skill_kind', 'usage_count', 'teller_rank']
) }}
