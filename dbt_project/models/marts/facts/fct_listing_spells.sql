{%- set never = "cast('infinity' as timestamptz)" %}

-- A listing that is listed again after it closed begins a spell; the newest version of each spell is what is known of it.
with versions as (

    select
        links.job_id,
        sightings.posting_id,
        sightings.source,
        sightings.resource,
        sightings.spell_number as listing_spell_number,
        sightings.posted_at,
        sightings.closed_at,
        sightings.closing,
        sightings.last_seen_at,
        min(sightings.known_at) over spell as first_known_at,
        row_number() over (
            partition by sightings.posting_id, sightings.spell_number order by sightings.known_at desc
        ) as recency
    from {{ ref('int_posting_sightings') }} as sightings
    inner join {{ ref('int_job_links') }} as links
        on sightings.posting_id = links.posting_id and {{ as_known_now('links') }}
    window spell as (partition by sightings.posting_id, sightings.spell_number)

),

-- What is posted when all that told of the job before has closed is a spell of its own of the job.
begun as (

    select
        *,
        case
            when posted_at >= max(coalesce(closed_at, {{ never }})) over (
                partition by job_id order by posted_at, posting_id, listing_spell_number
                rows between unbounded preceding and 1 preceding
            ) then 1
            else 0
        end as is_begin
    from versions
    where recency = 1

),

numbered as (

    select
        *,
        sum(is_begin) over (
            partition by job_id order by posted_at, posting_id, listing_spell_number
            rows between unbounded preceding and current row
        ) as job_spell_number
    from begun

),

-- From when on its source could have shown it: as of posting, where the source was read then, else as of the first
-- reading after; where nobody knows when it was read, as of when it was known.
shown as (

    select
        numbered.posting_id,
        numbered.listing_spell_number,
        min(greatest(numbered.posted_at, spans.read_since)) as shown_since
    from numbered
    inner join {{ ref('int_coverage_spans') }} as spans
        on
            {{ tells_of('spans', 'numbered') }}
            and not spans.is_whole
            and numbered.posted_at < spans.covered_until
    group by numbered.posting_id, numbered.listing_spell_number

)

select
    numbered.job_id,
    numbered.job_spell_number,
    numbered.posting_id,
    numbered.listing_spell_number,
    numbered.source,
    numbered.resource,
    {{ is_employers_own('numbered.source') }} as is_employers_own,
    numbered.posted_at,
    coalesce(shown.shown_since, greatest(numbered.posted_at, numbered.first_known_at)) as shown_since,
    numbered.closed_at,
    numbered.closing,
    numbered.last_seen_at
from numbered
left join shown
    on
        numbered.posting_id = shown.posting_id
        and numbered.listing_spell_number = shown.listing_spell_number
