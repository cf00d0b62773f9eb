{{ config(tags=['read_by_linkers'], indexes=[{'columns': ['source', 'resource', 'record_key']}]) }}

-- A record belongs to one part of its snapshot (a board); a snapshot that is read in one has no parts.
with sighted as (

    select distinct
        source,
        resource,
        record_key,
        batch_id,
        coalesce(max(part) over (partition by source, resource, record_key), '') as part
    from {{ source('ops', 'sightings') }}

),

parts as (

    select distinct
        source,
        resource,
        part
    from sighted

),

-- What counts as evidence of a part: batches that staging sees, in which it was read whole from the provider. What a
-- batch does not say of a part (one that is not asked for any more, or of a snapshot without parts) it says as a whole.
snapshots as (

    select
        batches.batch_id,
        parts.source,
        parts.resource,
        parts.part,
        batches.fetched_at,
        coalesce(told.state = 'whole', not batches.is_partial and not batches.is_stale) as is_complete
    from parts
    inner join {{ source('ops', 'batches') }} as batches
        on
            parts.source = batches.source
            and parts.resource = batches.resource
            and batches.state in ('accepted', 'released')
    left join {{ source('ops', 'snapshot_parts') }} as told
        on
            batches.batch_id = told.batch_id
            and parts.part = told.part
    -- What is from the cache shows nothing of its day; a part that is not whole shows what exists, not what is gone.
    where coalesce(told.state <> 'stale', not batches.is_stale)

),

counted as (

    select
        *,
        count(*) filter (where is_complete) over (
            partition by source, resource, part order by fetched_at, batch_id
        ) as complete_so_far
    from snapshots

),

-- After each batch, the first and the second complete snapshot to come: what they list no more is gone.
proving as (

    select
        *,
        min(fetched_at) filter (where is_complete) over (
            partition by source, resource, part
            order by complete_so_far range between 1 following and 1 following
        ) as next_at,
        min(fetched_at) filter (where is_complete) over (
            partition by source, resource, part
            order by complete_so_far range between 2 following and 2 following
        ) as second_at
    from counted

),

followed as (

    select
        sighted.source,
        sighted.resource,
        sighted.record_key,
        proving.complete_so_far,
        proving.next_at,
        proving.second_at,
        lead(proving.fetched_at) over seen_in_order as seen_again_at,
        lead(proving.complete_so_far - proving.is_complete::integer) over seen_in_order as complete_until_seen_again
    from sighted
    inner join proving
        on
            sighted.batch_id = proving.batch_id
            and sighted.part = proving.part
    window
        seen_in_order as (
            partition by sighted.source, sighted.resource, sighted.record_key
            order by proving.fetched_at, proving.complete_so_far
        )

),

missing as (

    select
        source,
        resource,
        record_key,
        seen_again_at,
        next_at as first_missed_at,
        second_at as second_missed_at
    from followed
    where
        second_at is not null
        and (complete_until_seen_again is null or complete_until_seen_again >= complete_so_far + 2)

)

select
    source,
    resource,
    record_key,
    first_missed_at as closed_at,
    second_missed_at as known_at
from missing

union all

select
    source,
    resource,
    record_key,
    null as closed_at,
    seen_again_at as known_at
from missing
where seen_again_at is not null
