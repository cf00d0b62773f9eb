{%- set cell = ['week_start_date', 'industry_id', 'region_id', 'occupation_id'] %}

with postings as (

    select
        job_id,
        coalesce(industry_id, 'unknown') as industry_id,
        region_id,
        coalesce(occupation_id, 'unknown') as occupation_id,
        posted_at,
        least(open_until, {{ horizon() }}) as counted_until,
        open_until <= {{ horizon() }} and not is_dropped_out as is_closed,
        salary_middle_usd
    from {{ ref('fct_postings') }}
    where posted_at <= {{ horizon() }} and open_until >= posted_at

),

weeks as (

    select
        calendar_date as week_start_date,
        {{ plus_days(utc_midnight('calendar_date'), 7) }} as week_end_at
    from {{ ref('dim_dates') }}
    where
        weekday_number = 1
        and {{ utc_midnight('calendar_date') }} < {{ horizon() }}
        and calendar_date >= (select min({{ utc_week('posted_at') }}) from postings)

),

-- One row per posting and week in which it was open at any time: each posting gives its own weeks.
open_in_week as (

    select
        weeks.week_start_date,
        postings.*,
        {{ utc_week('postings.posted_at') }} = weeks.week_start_date as is_new,
        postings.is_closed and {{ utc_week('postings.counted_until') }} = weeks.week_start_date as is_closing,
        least(postings.counted_until, weeks.week_end_at) as counted_until_in_week
    from postings
    {{ each_week(utc_week('postings.posted_at'), utc_week('postings.counted_until'), 'own_weeks') }}
    inner join weeks
        on own_weeks.week_start_date = weeks.week_start_date

),

demand as (

    select
        {{ cell | join(', ') }},
        count(*) as open_postings_count,
        sum(case when is_new then 1 else 0 end) as new_postings_count,
        sum(case when is_closing then 1 else 0 end) as closed_postings_count,
        count(salary_middle_usd) as priced_postings_count,
        {{ median_of('salary_middle_usd') }} as median_pay_usd,
        {{ median_of(days_between('posted_at', 'counted_until_in_week')) }} as median_days_open
    from open_in_week
    group by {{ cell | join(', ') }}

),

-- Who applied in the week to postings of the cell.
supply as (

    select
        {{ utc_week('applications.applied_at') }} as week_start_date,
        postings.industry_id,
        postings.region_id,
        postings.occupation_id,
        count(*) as applications_count,
        count(distinct applications.subject_id) as applicants_count
    from {{ ref('fct_applications') }} as applications
    inner join postings
        on applications.job_id = postings.job_id
    group by 1, 2, 3, 4

),

measured as (

    select
        {% for column in cell -%}
        coalesce(demand.{{ column }}, supply.{{ column }}) as {{ column }},
        {% endfor -%}
        coalesce(demand.open_postings_count, 0) as open_postings_count,
        coalesce(demand.new_postings_count, 0) as new_postings_count,
        coalesce(demand.closed_postings_count, 0) as closed_postings_count,
        coalesce(supply.applications_count, 0) as applications_count,
        coalesce(supply.applicants_count, 0) as applicants_count,
        coalesce(demand.priced_postings_count, 0) as priced_postings_count,
        demand.median_pay_usd,
        demand.median_days_open
    from demand
    full outer join supply
        on {{ same_key('demand', 'supply', cell) }}

),

-- The row a week before, where there is one: a cell without postings or applicants has no row, and counts as nought.
compared as (

    select
        measured.*,
        before.open_postings_count as open_postings_count_before,
        before.new_postings_count as new_postings_count_before,
        before.applicants_count as applicants_count_before,
        before.median_pay_usd as median_pay_usd_before,
        before.median_days_open as median_days_open_before
    from measured
    left join measured as before
        on
            measured.week_start_date = before.week_start_date + 7
            and {{ same_key('measured', 'before', cell[1:]) }}

)

select
    week_start_date,
    industry_id,
    region_id,
    occupation_id,
    {{ utc_midnight('(week_start_date + 7)') }} <= {{ horizon() }} as is_complete_week,
    open_postings_count,
    new_postings_count,
    closed_postings_count,
    applications_count,
    applicants_count,
    open_postings_count::double precision / nullif(applicants_count, 0) as tension_ratio,
    priced_postings_count,
    median_pay_usd,
    median_days_open,
    open_postings_count - coalesce(open_postings_count_before, 0) as open_postings_change,
    new_postings_count - coalesce(new_postings_count_before, 0) as new_postings_change,
    applicants_count - coalesce(applicants_count_before, 0) as applicants_change,
    median_pay_usd / nullif(median_pay_usd_before, 0) - 1 as median_pay_change_rate,
    median_days_open - median_days_open_before as median_days_open_change
from compared
