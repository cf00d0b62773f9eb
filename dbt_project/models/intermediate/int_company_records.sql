{{ config(
    tags=['read_by_linkers'],
    indexes=[{'columns': ['company_record_id', 'known_at']}, {'columns': ['company_key']}],
) }}

with facts as (

    select * from {{ ref('stg_derived__company_facts') }}
    where known_until is null

),

-- Names and seats are what enrichment read of them; a country that a field tells comes first. What a source has taken
-- away tells nothing any more but that.
told as (

    select
        {{ surrogate_key(['any_told.source', 'any_told.source_company_id']) }} as company_record_id,
        any_told.source,
        any_told.resource,
        any_told.source_company_id,
        any_told.teller_rank,
        any_told.company_name,
        any_told.legal_name,
        facts.company_key,
        facts.legal_form,
        nullif(
            regexp_replace(lower(any_told.website_url), '^(https?://)?(www\.)?([^/:?#]*).*$', '\3'), ''
        ) as domain,
        coalesce(any_told.country, facts.country) as country,
        coalesce(facts.city, any_told.city) as city,
        any_told.categories,
        any_told.size_min,
        any_told.size_max,
        any_told.founded_date,
        any_told.funding_total_usd,
        any_told.funding_stage,
        any_told.rating,
        any_told.rating_count,
        coalesce(any_told.operating_status = 'removed', false) as is_removed,
        any_told.updated_at,
        any_told.content_hash,
        any_told.known_at
    from ({{ union_of('company') }}) as any_told
    left join facts
        on
            any_told.source = facts.company_source
            and any_told.resource = facts.company_resource
            and any_told.record_key = facts.company_record_key
            and any_told.content_hash = facts.company_content_hash
    where
        any_told.source_company_id is not null
        and {{ was_ever_current('any_told') }}

)

select
    *,
    {{ known_until(['company_record_id'], ['updated_at'], []) }} as known_until
from told
where company_key is not null or is_removed
