{{ config(indexes=[{'columns': ['source', 'resource', 'record_key']}]) }}

-- What counts as evidence: batches that staging sees and that were fetched, not taken from a cache. A part of a
-- snapshot shows what exists, but not what is gone.
with snapshots as (

    select
        batch_id,
        source,
        resource,
        fetched_at,
        not is_partial as is_complete,
        count(*) filter (where not is_partial) over (
            partition by source, resource order by fetched_at, batch_id
        ) as complete_so_far
    from {{ source('ops', 'batches') }} as batches
    where
        state in ('accepted', 'released')
        and not is_stale
        and exists (
            select 1 from {{ source('ops', 'sightings') }} as sightings
            where sightings.source = batches.source and sightings.resource = batches.resource
        )

),

complete_snapshots as (

    select
        source,
        resource,
        fetched_at,
        complete_so_far as snapshot_number
    from snapshots
    where is_complete

),

seen as (

    select distinct
        sightings.source,
        sightings.resource,
        sightings.record_key,
        snapshots.fetched_at,
        snapshots.complete_so_far,
        snapshots.is_complete
    from {{ source('ops', 'sightings') }} as sightings
    inner join snapshots on sightings.batch_id = snapshots.batch_id

),

followed as (

    select
        source,
        resource,
        record_key,
        complete_so_far,
        lead(fetched_at) over seen_in_order as seen_again_at,
        lead(complete_so_far - is_complete::integer) over seen_in_order as complete_until_seen_again
    from seen
    window seen_in_order as (partition by source, resource, record_key order by fetched_at, complete_so_far)

),

missing as (

    select
        followed.source,
        followed.resource,
        followed.record_key,
        followed.seen_again_at,
        first_miss.fetched_at as first_missed_at,
        second_miss.fetched_at as second_missed_at
    from followed
    inner join complete_snapshots as first_miss
        on
            followed.source = first_miss.source
            and followed.resource = first_miss.resource
            and followed.complete_so_far + 1 = first_miss.snapshot_number
    inner join complete_snapshots as second_miss
        on
            followed.source = second_miss.source
            and followed.resource = second_miss.resource
            and followed.complete_so_far + 2 = second_miss.snapshot_number
    where
        followed.complete_until_seen_again is null
        or followed.complete_until_seen_again >= followed.complete_so_far + 2

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
