-- The newest official statistic names an occupation; the nation's row comes before the states'.
with surveyed as (

    select
        occupation_id,
        occupation_title as occupation_name,
        case when region is null and city is null then sample_size end as national_employment,
        row_number() over (
            partition by occupation_id
            order by
                observed_date desc,
                (case when region is null and city is null then 0 else 1 end) asc,
                area_name asc,
                known_at desc
        ) as preference
    from {{ ref('stg_bls_oews__wages') }} as versions
    where occupation_id is not null and {{ as_known_now('versions') }}

),

occupation_ids as (

    select occupation_id from surveyed
    union
    select occupation_id
    from {{ ref('fct_postings') }}
    where occupation_id is not null
    union
    select occupation_id
    from {{ ref('fct_pay_observations') }}
    where occupation_id is not null
    union
    -- What no posting's title could be matched to: marts that group by occupation need a name for it.
    select 'unknown' as occupation_id
    union
    select 'all' as occupation_id

)

select
    occupation_ids.occupation_id,
    coalesce(
        surveyed.occupation_name,
        case
            when occupation_ids.occupation_id = 'unknown' then 'Unknown'
            when occupation_ids.occupation_id = 'all' then 'All occupations'
            else 'SOC ' || occupation_ids.occupation_id
        end
    ) as occupation_name,
    occupation_groups.occupation_group,
    occupation_groups.occupation_group_name,
    -- Codes of groups of occupations end in nought.
    occupation_ids.occupation_id not in ('unknown', 'all') and right(occupation_ids.occupation_id, 1) <> '0' as is_detailed,
    surveyed.occupation_id is not null as is_surveyed,
    surveyed.national_employment as employment_count,
    codes.isco_group,
    string_to_array(codes.isco_groups, '|') as isco_groups,
    array(
        select 'http://data.europa.eu/esco/' || case when esco_id like 'C%' then 'isco/' else 'occupation/' end || esco_id
        from unnest(string_to_array(codes.esco_ids, '|')) as esco_id
    ) as esco_uris
from occupation_ids
left join surveyed
    on occupation_ids.occupation_id = surveyed.occupation_id and surveyed.preference = 1
left join {{ ref('occupation_groups') }} as occupation_groups
    on left(occupation_ids.occupation_id, 2) = occupation_groups.occupation_group
left join {{ ref('occupation_codes') }} as codes
    on occupation_ids.occupation_id = codes.occupation_id
