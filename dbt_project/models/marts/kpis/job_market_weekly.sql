{%- set dimensions = ['industry_id', 'region_id', 'occupation_id'] %}
{%- set cell = ['week_start_date'] + dimensions %}

-- Each cell, and each with `all` in one dimension, two or three.
with demand as (

    select
        {{ rolled_up_cell(dimensions, 'postings') }},
        count(*) as open_postings_count,
        {{ count_if('is_new') }} as new_postings_count,
        {{ count_if('is_appearing') }} as appeared_postings_count,
        {{ count_if('is_closing') }} as closed_postings_count,
        {% for closing in ['told', 'seen', 'assumed'] -%}
        {{ count_if("closing = '" ~ closing ~ "'") }} as {{ closing }}_closed_count,
        {% endfor -%}
        {{ count_if('is_dropping_out') }} as dropped_postings_count,
        {{ count_if('is_end_assumed') }} as end_assumed_count,
        count(salary_middle_usd) as priced_postings_count,
        {{ median_of_enough('salary_middle_usd') }} as median_pay_usd,
        {{ count_if('not is_end_assumed') }} as aged_postings_count,
        {{ median_of_enough('case when not is_end_assumed then days_open end') }} as median_days_open,
        {{ median_of_enough("case when closing in ('told', 'seen') then days_open end") }} as median_days_to_close,
        {% for side in ['before', 'after'] -%}
        {%- set is_compared = 'is_comparable_with_' ~ side -%}
        {{ count_if(is_compared) }} as open_postings_with_{{ side }},
        {{ count_if(is_compared ~ ' and is_new') }} as new_postings_with_{{ side }},
        {{ median_of_enough('case when ' ~ is_compared ~ ' then salary_middle_usd end') }}
            as median_pay_with_{{ side }},
        {{ median_of_enough('case when ' ~ is_compared ~ ' and not is_end_assumed then days_open end') }}
            as median_days_with_{{ side }}{{ ',' if not loop.last }}
        {% endfor %}
    from (
        select
            week_start_date,
            coalesce(industry_id, 'unknown') as industry_id,
            region_id,
            coalesce(occupation_id, 'unknown') as occupation_id,
            is_new,
            is_appearing,
            is_closing,
            closing,
            is_dropping_out,
            is_end_assumed,
            is_comparable_with_before,
            is_comparable_with_after,
            days_open,
            salary_middle_usd
        from {{ ref('fct_posting_weeks') }}
    ) as postings
    group by week_start_date, cube ({{ dimensions | join(', ') }})

),

-- Who applied in the week to postings of the cell.
supply as (

    select
        {{ rolled_up_cell(dimensions, 'applied') }},
        count(*) as applications_count,
        count(distinct subject_id) as applicants_count
    from (
        select
            {{ utc_week('applications.applied_at') }} as week_start_date,
            coalesce(jobs.industry_id, 'unknown') as industry_id,
            jobs.region_id,
            coalesce(jobs.occupation_id, 'unknown') as occupation_id,
            applications.subject_id
        from {{ ref('fct_applications') }} as applications
        inner join {{ ref('fct_postings') }} as jobs on applications.job_id = jobs.job_id
        where applications.applied_at < {{ horizon() }}
    ) as applied
    group by week_start_date, cube ({{ dimensions | join(', ') }})

),

cells as (

    select
        {{ dimensions | join(', ') }},
        min(week_start_date) as first_week
    from (
        select {{ cell | join(', ') }} from demand
        union all
        select {{ cell | join(', ') }} from supply
    ) as filled
    group by {{ dimensions | join(', ') }}

),

-- Every week of a cell from its first on, so that one that has emptied has a row that says so.
measured as (

    select
        own_weeks.week_start_date,
        {% for dimension in dimensions -%}
        cells.{{ dimension }},
        {% endfor -%}
        {% for count in [
            'open_postings_count', 'new_postings_count', 'appeared_postings_count', 'closed_postings_count',
            'told_closed_count', 'seen_closed_count', 'assumed_closed_count', 'dropped_postings_count',
            'end_assumed_count', 'priced_postings_count', 'aged_postings_count', 'open_postings_with_before',
            'open_postings_with_after', 'new_postings_with_before', 'new_postings_with_after',
        ] -%}
        coalesce(demand.{{ count }}, 0) as {{ count }},
        {% endfor -%}
        {% for median in [
            'median_pay_usd', 'median_days_open', 'median_days_to_close', 'median_pay_with_before',
            'median_pay_with_after', 'median_days_with_before', 'median_days_with_after',
        ] -%}
        demand.{{ median }},
        {% endfor -%}
        coalesce(supply.applications_count, 0) as applications_count,
        coalesce(supply.applicants_count, 0) as applicants_count
    from cells
    {{ each_week('cells.first_week', newest_week(), 'own_weeks') }}
    left join demand
        on own_weeks.week_start_date = demand.week_start_date and {{ same_key('cells', 'demand', dimensions) }}
    left join supply
        on own_weeks.week_start_date = supply.week_start_date and {{ same_key('cells', 'supply', dimensions) }}

),

compared_sources as (

    select
        this_week.week_start_date,
        count(*) as compared_sources_count
    from {{ ref('source_coverage') }} as this_week
    inner join {{ ref('source_coverage') }} as before
        on
            {{ same_key('this_week', 'before', ['source', 'resource']) }}
            and this_week.week_start_date = before.week_start_date + 7
    where this_week.is_whole_week and before.is_whole_week
    group by this_week.week_start_date

),

-- What this week is compared with: the week before, as the sources that cover both weeks tell it.
followed as (

    select
        measured.*,
        coalesce(compared_sources.compared_sources_count, 0) as compared_sources_count,
        {% for column in ['open_postings_with', 'new_postings_with'] -%}
        coalesce(lag({{ column }}_after) over of_cell, 0) as {{ column }}_them_before,
        {% endfor -%}
        coalesce(lag(open_postings_count) over of_cell, 0) as open_postings_count_before,
        coalesce(lag(applicants_count) over of_cell, 0) as applicants_count_before,
        lag(median_pay_with_after) over of_cell as median_pay_before,
        lag(median_days_with_after) over of_cell as median_days_before
    from measured
    left join compared_sources on measured.week_start_date = compared_sources.week_start_date
    window of_cell as (partition by {{ dimensions | join(', ') }} order by measured.week_start_date)

),

-- Where those sources tell of none of the cell's jobs, nothing is said of how it moved.
linked as (

    select
        *,
        compared_sources_count > 0
        and (
            open_postings_with_before + open_postings_with_them_before > 0
            or open_postings_count + open_postings_count_before = 0
        ) as is_comparable
    from followed

),

-- The index starts anew at 100 wherever a week cannot be compared with the one before or that one was empty.
numbered as (

    select
        *,
        sum(is_break) over (
            partition by {{ dimensions | join(', ') }} order by week_start_date
            rows between unbounded preceding and current row
        ) as chain_number
    from (
        select
            *,
            case when compared_sources_count > 0 and open_postings_with_them_before > 0 then 0 else 1 end as is_break
        from linked
    ) as links

),

chained as (

    select
        *,
        count(*) over chain as chain_length,
        min(week_start_date) over chain as chain_begin_date,
        sum(
            case
                when is_break = 0 and open_postings_with_before > 0
                    then ln(open_postings_with_before::double precision / open_postings_with_them_before)
                else 0
            end
        ) over (
            partition by {{ dimensions | join(', ') }}, chain_number order by week_start_date
            rows between unbounded preceding and current row
        ) as growth
    from numbered
    window chain as (partition by {{ dimensions | join(', ') }}, chain_number)

)

select
    {{ cell | join(',\n    ') }},
    'all' in ({{ dimensions | join(', ') }}) as is_rollup,
    {{ plus_days(utc_midnight('week_start_date'), 7) }} <= {{ horizon() }} as is_complete_week,
    open_postings_count,
    new_postings_count,
    appeared_postings_count,
    closed_postings_count,
    told_closed_count,
    seen_closed_count,
    assumed_closed_count,
    dropped_postings_count,
    end_assumed_count,
    applications_count,
    applicants_count,
    open_postings_count::double precision / nullif(applicants_count, 0) as tension_ratio,
    open_postings_count::double precision / nullif(open_postings_count + applicants_count, 0) as tension_share,
    priced_postings_count,
    median_pay_usd,
    aged_postings_count,
    median_days_open,
    median_days_to_close,
    compared_sources_count,
    open_postings_with_before as compared_postings_count,
    open_postings_with_them_before as compared_postings_count_before,
    case when is_comparable then open_postings_with_before - open_postings_with_them_before end
        as open_postings_change,
    case when is_comparable then new_postings_with_before - new_postings_with_them_before end as new_postings_change,
    applicants_count - applicants_count_before as applicants_change,
    case when is_comparable then median_pay_with_before / nullif(median_pay_before, 0) - 1 end as median_pay_change_rate,
    case when is_comparable then median_days_with_before - median_days_before end as median_days_open_change,
    case
        when 'all' not in ({{ dimensions | join(', ') }}) or chain_length < 2 then null
        when is_break = 0 and open_postings_with_before = 0 then 0
        else 100 * exp(growth)
    end as open_postings_index,
    case when 'all' in ({{ dimensions | join(', ') }}) and chain_length > 1 then chain_begin_date end
        as index_base_date
from chained
