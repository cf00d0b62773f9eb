{{ config(indexes=[{'columns': ['posting_id', 'known_at']}, {'columns': ['job_id']}]) }}

with told as (

    {{ told_links(ref('stg_derived__posting_links'), ref('int_posting_sightings'), 'posting_id', 'job_id') }}

)

select
    *,
    lead(known_at) over (partition by posting_id order by known_at) as known_until
from told
