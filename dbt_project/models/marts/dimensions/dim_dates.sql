-- A fixed span: replayed history lies decades before the clock by which predictions are dated.
with days as (

    {{ date_series("date '1990-01-01'", "date '2049-12-31'") }}

)

select
    calendar_date,
    {{ first_day_of('week', 'calendar_date') }} as week_start_date,
    {{ first_day_of('month', 'calendar_date') }} as month_start_date,
    {{ first_day_of('quarter', 'calendar_date') }} as quarter_start_date,
    extract(year from calendar_date)::integer as year_number,
    extract(quarter from calendar_date)::integer as quarter_number,
    extract(month from calendar_date)::integer as month_number,
    extract(week from calendar_date)::integer as iso_week_number,
    extract(isodow from calendar_date)::integer as weekday_number,
    extract(isodow from calendar_date) >= 6 as is_weekend,
    calendar_date < {{ utc_date(horizon()) }} as is_past
from days
