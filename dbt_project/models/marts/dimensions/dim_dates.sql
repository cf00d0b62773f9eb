-- A fixed span: replayed history lies decades before the clock by which predictions are dated.
with days as (

    {{ date_series("date '1990-01-01'", "date '2049-12-31'") }}

)

select
    calendar_date,
    cast({{ dbt.date_trunc('week', 'calendar_date') }} as date) as week_start_date,
    cast({{ dbt.date_trunc('month', 'calendar_date') }} as date) as month_start_date,
    cast({{ dbt.date_trunc('quarter', 'calendar_date') }} as date) as quarter_start_date,
    cast(extract(year from calendar_date) as integer) as year_number,
    cast(extract(quarter from calendar_date) as integer) as quarter_number,
    cast(extract(month from calendar_date) as integer) as month_number,
    cast(extract(week from calendar_date) as integer) as iso_week_number,
    cast(extract(isodow from calendar_date) as integer) as weekday_number,
    extract(isodow from calendar_date) >= 6 as is_weekend,
    calendar_date < {{ utc_date(horizon()) }} as is_past
from days
