with bounds as (

    -- Predictions are dated by the clock, everything else by the horizon: a year on holds both.
    select
        date '2015-01-01' as first_date,
        {{ utc_date(horizon()) }} as horizon_date,
        {{ utc_date(horizon()) }} + 366 as last_date

),

days as (

    {{ date_series('(select first_date from bounds)', '(select last_date from bounds)') }}

)

select
    days.calendar_date,
    cast({{ dbt.date_trunc('week', 'days.calendar_date') }} as date) as week_start_date,
    cast({{ dbt.date_trunc('month', 'days.calendar_date') }} as date) as month_start_date,
    cast({{ dbt.date_trunc('quarter', 'days.calendar_date') }} as date) as quarter_start_date,
    cast(extract(year from days.calendar_date) as integer) as year_number,
    cast(extract(quarter from days.calendar_date) as integer) as quarter_number,
    cast(extract(month from days.calendar_date) as integer) as month_number,
    cast(extract(week from days.calendar_date) as integer) as iso_week_number,
    cast(extract(isodow from days.calendar_date) as integer) as weekday_number,
    extract(isodow from days.calendar_date) >= 6 as is_weekend,
    days.calendar_date < bounds.horizon_date as is_past
from days
cross join bounds
