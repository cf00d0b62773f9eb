{{ config(indexes=[{'columns': ['posting_record_key', 'posting_content_hash']}]) }}

with source as (

    {{ accepted_versions('derived', 'posting_facts') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'source') }} as posting_source,
        {{ json_text('record', 'resource') }} as posting_resource,
        {{ json_text('record', 'record_key') }} as posting_record_key,
        {{ json_text('record', 'content_hash') }} as posting_content_hash,
        {{ json_text('record', 'title_normalized') }} as title_normalized,
        {{ json_text('record', 'occupation_id') }} as occupation_id,
        {{ json_text('record', 'esco_uri') }} as esco_uri,
        {{ safe_number(json_text('record', 'occupation_score')) }} as occupation_score,
        {{ json_text('record', 'seniority') }} as seniority,
        {{ json_text_array('record', 'skills_required') }} as skills_required,
        {{ json_text_array('record', 'skills_preferred') }} as skills_preferred,
        {{ safe_number(json_text('record', 'years_required')) }} as years_required,
        {{ safe_integer(json_text('record', 'education_level_required')) }} as education_level_required,
        {{ json_text('record', 'workplace') }} as workplace,
        {{ json_text('record', 'country') }} as country,
        {{ json_text('record', 'region') }} as region,
        {{ json_text('record', 'city') }} as city,
        {{ safe_integer(json_text('record', 'city_id')) }} as city_id,
        {{ safe_number(json_text('record', 'pay_low')) }} as pay_low,
        {{ safe_number(json_text('record', 'pay_high')) }} as pay_high,
        {{ json_text('record', 'pay_currency') }} as pay_currency,
        {{ json_text('record', 'pay_period') }} as pay_period,
        {{ json_text('record', 'company_key') }} as company_key,
        {{ json_text('record', 'language') }} as language,
        {{ json_text('record', 'readers') }} as readers,
        {{ json_text('record', 'unread') }} as unread,
        {{ safe_integer(json_text('record', 'word_count')) }} as word_count
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    posting_source,
    posting_resource,
    posting_record_key,
    posting_content_hash,
    title_normalized,
    occupation_id,
    esco_uri,
    occupation_score,
    seniority,
    skills_required,
    skills_preferred,
    years_required,
    education_level_required,
    workplace,
    country,
    region,
    city,
    city_id,
    pay_low,
    pay_high,
    pay_currency,
    pay_period,
    company_key,
    language,
    readers,
    unread,
    word_count,
    known_at,
    {{ known_until(['posting_source', 'posting_resource', 'posting_record_key', 'posting_content_hash'], ['landed_at']) }} as known_until
from renamed
