{{ config(tags=['read_by_linkers'], indexes=[{'columns': ['currency', 'valid_from']}]) }}

-- The first word on a day counts: a correction came when the rate had been used.
with first_told as (

    select distinct on (currency, rate_date)
        currency,
        rate_date,
        units_per_base
    from {{ ref('stg_fx_rates__rates') }}
    where base_currency = 'EUR' and units_per_base > 0 and rate_date is not null
    order by currency, rate_date, known_at, content_hash

),

dollars as (

    select
        rate_date,
        units_per_base as usd_per_euro
    from first_told
    where currency = 'USD'

),

told as (

    select
        'EUR' as currency,
        rate_date,
        usd_per_euro as usd_per_unit
    from dollars
    union all
    select
        first_told.currency,
        first_told.rate_date,
        dollars.usd_per_euro / first_told.units_per_base as usd_per_unit
    from first_told
    inner join dollars on first_told.rate_date = dollars.rate_date
    where first_told.currency not in ('EUR', 'USD')

),

-- A rate is used from the day after its own, when it is known; before the first one the seed's holds.
dated as (

    select
        currency,
        rate_date,
        usd_per_unit,
        false as is_fixed,
        rate_date + 1 as valid_from
    from told
    union all
    select
        currency,
        rate_date,
        usd_per_unit,
        true as is_fixed,
        date '0001-01-01' as valid_from
    from {{ ref('fx_rates') }}

)

select
    currency,
    rate_date,
    usd_per_unit,
    is_fixed,
    valid_from,
    lead(valid_from) over (partition by currency order by valid_from) as valid_until
from dated
