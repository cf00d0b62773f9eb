with weeks as (

    select
        calendar_date as week_start_date,
        {{ utc_midnight('calendar_date') }} as week_start_at,
        least({{ plus_days(utc_midnight('calendar_date'), 7) }}, {{ horizon() }}) as week_end_at
    from {{ ref('dim_dates') }}
    where weekday_number = 1 and {{ utc_midnight('calendar_date') }} < {{ horizon() }}

),

-- Of several spans that reach into a week the one that covers it, else the longest part of it, stands for it.
ranked as (

    select
        spans.source,
        spans.resource,
        spans.reading,
        weeks.week_start_date,
        spans.read_since,
        case when spans.is_whole then spans.covered_since end as covered_since,
        spans.covered_until,
        spans.is_whole
        and spans.covered_since <= weeks.week_start_at
        and spans.covered_until >= weeks.week_end_at as is_whole_week,
        row_number() over (
            partition by spans.source, spans.resource, weeks.week_start_date
            order by
                (
                    spans.is_whole
                    and spans.covered_since <= weeks.week_start_at
                    and spans.covered_until >= weeks.week_end_at
                ) desc,
                spans.is_whole desc,
                least(spans.covered_until, weeks.week_end_at) - greatest(spans.read_since, weeks.week_start_at) desc,
                spans.read_since asc
        ) as preference
    from {{ ref('int_coverage_spans') }} as spans
    inner join weeks
        on spans.read_since < weeks.week_end_at and spans.covered_until > weeks.week_start_at

)

select
    source,
    resource,
    week_start_date,
    reading,
    read_since,
    covered_since,
    covered_until,
    is_whole_week
from ranked
where preference = 1
