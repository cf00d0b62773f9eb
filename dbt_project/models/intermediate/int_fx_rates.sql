{{ config(tags=['read_by_linkers'], indexes=[{'columns': ['currency', 'valid_from']}]) }}

with told as (

    select
        versions.currency,
        versions.rate_date,
        versions.units_per_base,
        versions.known_at,
        versions.known_until
    from {{ ref('stg_fx_rates__rates') }} as versions
    where
        versions.base_currency = 'EUR'
        and versions.units_per_base > 0
        and versions.rate_date is not null
        and {{ was_ever_current('versions') }}

),

dollars as (

    select
        rate_date,
        units_per_base as usd_per_euro,
        known_at,
        known_until
    from told
    where currency = 'USD'

),

-- Both rates of a day may be corrected: what a unit is worth has a version for each two that were current together.
crossed as (

    select
        'EUR' as currency,
        rate_date,
        usd_per_euro as usd_per_unit,
        known_at,
        known_until
    from dollars
    union all
    select
        told.currency,
        told.rate_date,
        dollars.usd_per_euro / told.units_per_base as usd_per_unit,
        greatest(told.known_at, dollars.known_at) as known_at,
        least(told.known_until, dollars.known_until) as known_until
    from told
    inner join dollars
        on
            told.rate_date = dollars.rate_date
            and {{ current_together('told', 'dollars') }}
    where told.currency not in ('EUR', 'USD')

)

-- A rate is used from the day after its own; before the first one that was known the seed's holds.
select
    currency,
    rate_date,
    usd_per_unit,
    false as is_fixed,
    rate_date + 1 as valid_from,
    known_at,
    known_until
from crossed
union all
select
    currency,
    rate_date,
    usd_per_unit,
    true as is_fixed,
    date '0001-01-01' as valid_from,
    {{ utc_midnight("date '0001-01-01'") }} as known_at,
    null as known_until
from {{ ref('fx_rates') }}
