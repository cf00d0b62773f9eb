{{ config(tags=['reads_predictions']) }}

{%- set metrics = ['predictions_count', 'accuracy', 'satisfaction_score', 'revenue_usd'] %}
{#- Months are four weeks, so that a day is compared with the same weekday. -#}
{%- set week_days, month_days = 7, 28 %}

with predictions as (

    select
        *,
        {{ utc_date('scored_at') }} as scored_date,
        {{ utc_date('label_due_at') }} as label_due_date
    from {{ ref('fct_predictions') }}

),

predicted as (

    select
        scored_date as calendar_date,
        count(*) as predictions_count
    from predictions
    group by scored_date

),

-- A prediction is judged on the day its outcome falls due.
judged as (

    select
        label_due_date as calendar_date,
        count(*) as judged_count,
        sum(
            case when (interview_probability >= {{ var('decision_threshold') }}) = is_interviewed then 1 else 0 end
        ) as right_count
    from predictions
    where is_interview_matured and interview_probability is not null
    group by label_due_date

),

rated as (

    select
        {{ utc_date('given_at') }} as calendar_date,
        count(*) as ratings_count,
        sum(score) as scores_sum
    from {{ ref('int_feedback') }}
    where given_at <= {{ horizon() }}
    group by 1

),

days as (

    select
        calendar_date,
        is_past
    from {{ ref('dim_dates') }}
    where
        calendar_date between
        {{ utc_date(plus_days(horizon(), '-' ~ var('overview_days'))) }}
        and (
            select greatest({{ utc_date(horizon()) }}, max(scored_date))
            from predictions
        )

),

-- What a paid period brings in a day, on every day that it had begun by and not ended by midnight.
earned as (

    select
        days.calendar_date,
        sum(subscriptions.monthly_amount_usd * 12 / 365) as revenue_usd
    from days
    inner join {{ ref('fct_subscriptions') }} as subscriptions
        on
            subscriptions.is_paying
            and {{ utc_midnight('days.calendar_date') }} >= subscriptions.period_start_at
            and (
                subscriptions.period_end_at is null
                or {{ utc_midnight('days.calendar_date') }} < subscriptions.period_end_at
            )
    where days.is_past
    group by days.calendar_date

),

measured as (

    select
        days.calendar_date,
        coalesce(predicted.predictions_count, 0) as predictions_count,
        sum(judged.judged_count) over four_weeks as judged_count,
        (sum(judged.right_count) over four_weeks)::double precision
        / sum(judged.judged_count) over four_weeks as accuracy,
        sum(rated.ratings_count) over four_weeks as ratings_count,
        (sum(rated.scores_sum) over four_weeks)::double precision
        / sum(rated.ratings_count) over four_weeks as satisfaction_score,
        case when days.is_past then coalesce(earned.revenue_usd, 0)::double precision end as revenue_usd
    from days
    left join predicted
        on days.calendar_date = predicted.calendar_date
    left join judged
        on days.calendar_date = judged.calendar_date
    left join rated
        on days.calendar_date = rated.calendar_date
    left join earned
        on days.calendar_date = earned.calendar_date
    window four_weeks as (
        order by days.calendar_date rows between {{ month_days - 1 }} preceding and current row
    )

)

select
    calendar_date,
    predictions_count,
    accuracy,
    coalesce(judged_count, 0)::bigint as judged_count,
    satisfaction_score,
    coalesce(ratings_count, 0)::bigint as ratings_count,
    revenue_usd,
    {% for metric in metrics -%}
    {{ change_since(metric, week_days, 'calendar_date') }} as {{ metric }}_week_change,
    {{ change_since(metric, month_days, 'calendar_date') }} as {{ metric }}_month_change
    {{- ',' if not loop.last }}
    {% endfor %}
from measured
