with present as (

    select distinct company_id
    from {{ ref('int_company_links') }}
    where known_until is null

),

-- A name stood for a company of its own until a company was known that bears it.
by_name as (

    select
        {{ company_id('name_letters') }} as old_company_id,
        company_id,
        known_at as redirected_at
    from {{ ref('int_company_names') }}
    where known_until is null and companies_count = 1

),

-- A company that turned out to be another.
by_record as (

    select
        earlier.company_id as old_company_id,
        today.company_id,
        today.known_at as redirected_at,
        row_number() over (
            partition by earlier.company_id order by earlier.known_at, earlier.company_record_id
        ) as preference
    from {{ ref('int_company_links') }} as earlier
    inner join {{ ref('int_company_links') }} as today
        on earlier.company_record_id = today.company_record_id and today.known_until is null
    where
        earlier.known_until is not null
        and earlier.company_id not in (select company_id from present)

)

select
    old_company_id,
    company_id,
    redirected_at
from by_name
where
    old_company_id <> company_id
    and old_company_id not in (select company_id from present)
    and old_company_id not in (select old_company_id from by_record)
union all
select
    old_company_id,
    company_id,
    redirected_at
from by_record
where preference = 1 and old_company_id <> company_id
