{{ config(
    tags=['read_by_linkers'],
    indexes=[{'columns': ['block_name']}, {'columns': ['block_occupation']}, {'columns': ['block_place']}],
) }}

-- A posting is linked by what was told of it first: an edit makes no other job of it.
with first_told as (

    select distinct on (posting_id) *
    from {{ ref('int_posting_sightings') }}
    order by posting_id, known_at, title

),

closed as (

    select distinct on (posting_id)
        posting_id,
        closed_at,
        known_at as closing_known_at
    from {{ ref('int_posting_sightings') }}
    where closed_at is not null
    order by posting_id, known_at

),

compared as (

    select
        first_told.posting_id,
        first_told.job_key,
        first_told.source,
        first_told.resource,
        {{ is_employers_own('first_told.source') }} as is_employers_own,
        coalesce(nullif(first_told.title_normalized, ''), lower(first_told.title)) as title_normalized,
        coalesce(first_told.title_rest, '{}') as title_rest,
        first_told.company_key,
        first_told.occupation_id,
        first_told.seniority,
        first_told.country,
        coalesce(first_told.city, first_told.town_told) as city,
        first_told.skills_required,
        first_told.years_required,
        first_told.text_sketch,
        first_told.posted_at,
        closed.closed_at,
        ({{ seconds_since_epoch('first_told.posted_at') }} / 86400.0)::double precision as posted_day,
        ({{ seconds_since_epoch('closed.closed_at') }} / 86400.0)::double precision as closed_day,
        coalesce(first_told.salary_min_usd, first_told.salary_max_usd) as salary_min_usd,
        coalesce(first_told.salary_max_usd, first_told.salary_min_usd) as salary_max_usd,
        first_told.known_at,
        closed.closing_known_at
    from first_told
    left join closed on first_told.posting_id = closed.posting_id

)

select
    *,
    left(company_key, 4) || '|' || title_normalized as block_name,
    company_key || '|' || occupation_id as block_occupation,
    title_normalized || '|' || country || '|' || city as block_place,
    md5(compared::text) as telling_hash
from compared
