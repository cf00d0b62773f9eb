{{ config(indexes=[{'columns': ['company_record_id', 'known_at']}, {'columns': ['company_id']}]) }}

with told as (

    {{ told_links(
        ref('stg_derived__company_record_links'), ref('int_company_tellings'), 'company_record_id', 'first_record_id'
    ) }}

),

-- The first company of a name bears the name's own id, which it had before any record told of it; the others that
-- turn out to bear the same name have ids of their own.
named as (

    select
        tellings.company_record_id,
        tellings.company_key,
        row_number() over (
            partition by tellings.company_key order by tellings.known_at, tellings.company_record_id
        ) as bearer_number
    from {{ ref('int_company_tellings') }} as tellings
    inner join (select distinct first_record_id from told) as firsts
        on tellings.company_record_id = firsts.first_record_id

)

select
    told.company_record_id,
    case
        when named.bearer_number = 1 then {{ company_id('named.company_key') }} else told.first_record_id
    end as company_id,
    told.link_confidence,
    told.known_at,
    lead(told.known_at) over (partition by told.company_record_id order by told.known_at) as known_until
from told
inner join named on told.first_record_id = named.company_record_id
