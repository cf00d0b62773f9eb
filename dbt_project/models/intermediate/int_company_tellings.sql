{{ config(
    tags=['read_by_linkers'],
    indexes=[{'columns': ['block_domain']}, {'columns': ['block_name']}, {'columns': ['block_start']}],
) }}

-- A record is linked by what was told of it first. One with neither website nor registered name is not compared: its
-- bare name says which company it is, or says it of several.
with first_told as (

    select distinct on (company_record_id) *
    from {{ ref('int_company_records') }}
    where company_key is not null
    order by company_record_id, known_at, content_hash

),

compared as (

    select
        company_record_id,
        source,
        source_company_id,
        {{ is_one_of('source', 'registers') }} as is_of_register,
        company_name,
        company_key || {{ letters_of('legal_form') }} as registered_name,
        company_key,
        legal_form,
        domain,
        country,
        city,
        extract(year from founded_date)::integer as founded_year,
        size_min,
        known_at
    from first_told
    where domain is not null or legal_form is not null

)

select
    *,
    domain as block_domain,
    company_key as block_name,
    case when length(company_key) > 5 then left(company_key, 6) end as block_start,
    md5(compared::text) as telling_hash
from compared
