{{ config(indexes=[{'columns': ['posting_id', 'known_at']}, {'columns': ['job_id']}]) }}

-- The newest word of the linker on a posting is its whole history.
with linked as (

    select
        links.posting_id,
        thing_id as job_id,
        links.link_confidence,
        {{ safe_instant('since') }} as known_at
    from {{ ref('stg_derived__posting_links') }} as links
    cross join {{ unnest_pairs('links.thing_ids', 'links.thing_since', 'thing_id', 'since') }}
    where links.known_until is null

),

-- A posting that the linker has not seen yet is a job of its own.
alone as (

    select
        postings.posting_id,
        postings.posting_id as job_id,
        cast(null as double precision) as link_confidence,
        min(postings.known_at) as known_at
    from {{ ref('int_posting_sightings') }} as postings
    left join linked on postings.posting_id = linked.posting_id
    where linked.posting_id is null
    group by postings.posting_id

),

told as (

    select * from linked
    union all
    select * from alone

)

select
    *,
    lead(known_at) over (partition by posting_id order by known_at) as known_until
from told
