with countries as (

    select
        country as region_id,
        'country' as region_kind,
        country,
        country_name,
        null::text as state_code,
        country_name as region_name,
        region_group,
        currency,
        languages,
        priority
    from {{ ref('regions') }}

),

states as (

    select
        countries.country || '-' || us_states.state_code as region_id,
        'state' as region_kind,
        countries.country,
        countries.country_name,
        us_states.state_code,
        us_states.state_name as region_name,
        countries.region_group,
        countries.currency,
        countries.languages,
        countries.priority
    from {{ ref('us_states') }} as us_states
    inner join countries
        on countries.country = 'US'

),

-- Places that records name and no list does: kept under the code they came with.
seen as (

    select
        region_id,
        country
    from {{ ref('fct_postings') }}
    union
    select
        region_id,
        country
    from {{ ref('fct_pay_observations') }}
    union
    select
        country as region_id,
        country
    from {{ ref('dim_companies') }}
    where country is not null
    union
    select
        'unknown' as region_id,
        null as country
    union
    select
        'all' as region_id,
        null as country

),

listed as (

    select * from countries
    union all
    select * from states

)

select
    coalesce(listed.region_id, seen.region_id) as region_id,
    coalesce(
        listed.region_kind,
        case
            when seen.country is null then seen.region_id
            when seen.region_id <> seen.country then 'state'
            else 'country'
        end
    ) as region_kind,
    coalesce(listed.country, seen.country) as country,
    coalesce(listed.country_name, seen.country) as country_name,
    coalesce(listed.state_code, case when seen.region_id <> seen.country then substring(seen.region_id from 4) end)
        as state_code,
    coalesce(listed.region_name, case
            when seen.region_id = 'all' then 'All places'
            when seen.country is null then 'Unknown'
            else seen.region_id
        end) as region_name,
    listed.region_group,
    listed.currency,
    listed.languages,
    listed.priority,
    listed.region_id is not null as is_known
from listed
full outer join seen
    on listed.region_id = seen.region_id
