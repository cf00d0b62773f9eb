{{ config(indexes=[{'columns': ['job_id']}, {'columns': ['posting_id']}]) }}

with versions as (

    select
        *,
        min(known_at) over (partition by posting_id) as first_known_at,
        {{ plus_days('greatest(posted_at, coalesce(last_seen_at, posted_at))', var('posting_open_days')) }}
            as assumed_closed_at
    from {{ ref('int_posting_sightings') }}

)

select
    versions.posting_id,
    links.job_id,
    versions.job_key,
    versions.source,
    versions.resource,
    links.link_confidence,
    versions.title,
    versions.posted_at,
    versions.first_known_at as first_seen_at,
    coalesce(versions.last_seen_at, versions.known_at) as last_seen_at,
    case
        when versions.closed_at is not null then versions.closed_at
        when versions.known_until is null and versions.assumed_closed_at <= {{ horizon() }}
            then versions.assumed_closed_at
    end as closed_at,
    case
        when versions.closed_at is not null then versions.closing
        when versions.known_until is null and versions.assumed_closed_at <= {{ horizon() }} then 'assumed'
    end as closing,
    versions.known_until is null as is_current,
    versions.known_at,
    versions.known_until
from versions
inner join {{ ref('int_job_links') }} as links
    on versions.posting_id = links.posting_id and links.known_until is null
