{{ config(tags=['reads_predictions']) }}

{%- set metrics = ['predictions_count', 'accuracy', 'satisfaction_score', 'revenue_usd'] %}
{#- Months are four weeks, so that a day is compared with the same weekday. -#}
{%- set week_days, month_days = 7, 28 %}
{%- set first_date = utc_date(plus_days(horizon(), '-' ~ var('overview_days'))) %}

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

-- The first day that is shown looks back at four weeks, and is compared with one that does.
days as (

    select
        calendar_date,
        is_past as is_complete_day
    from {{ ref('dim_dates') }}
    where
        calendar_date between
        {{ first_date }} - {{ 2 * month_days }}
        and (
            select greatest({{ utc_date(horizon()) }}, max(scored_date))
            from predictions
        )

),

-- What a paid period brings in a day, on every day that it had begun by and not ended by midnight.
earned as (

    select
        days.calendar_date,
        sum(subscriptions.monthly_amount_usd * 12 / 365) as revenue_usd,
        count(*) - count(subscriptions.monthly_amount_usd) as unpriced_count
    from days
    inner join {{ ref('fct_subscriptions') }} as subscriptions
        on
            subscriptions.is_paying
            and {{ utc_midnight('days.calendar_date') }} >= subscriptions.period_start_at
            and (
                subscriptions.period_end_at is null
                or {{ utc_midnight('days.calendar_date') }} < subscriptions.period_end_at
            )
    where days.is_complete_day
    group by days.calendar_date

),

promoted as (

    select
        to_version as model_version,
        decided_at as promoted_at,
        lead(decided_at) over (order by decided_at, decision_id) as replaced_at
    from {{ source('ops', 'promotions') }}
    where is_promoted

),

-- How the day's champion fared when it was evaluated, on applications that it had not learnt from.
champions as (

    select
        days.calendar_date,
        promoted.model_version as champion_version,
        {{ json_number('evaluations.metrics', 'accuracy', 'value') }} as champion_evaluation_accuracy,
        {{ json_number('evaluations.metrics', 'accuracy_base_rate', 'value') }}
            as champion_evaluation_baseline_accuracy,
        evaluations.evaluation_rows as champion_evaluation_rows
    from days
    inner join promoted
        on
            {{ utc_midnight('days.calendar_date + 1') }} > promoted.promoted_at
            and ({{ utc_midnight('days.calendar_date + 1') }} <= promoted.replaced_at or promoted.replaced_at is null)
    left join {{ source('ops', 'model_evaluations') }} as evaluations
        on
            promoted.model_version = evaluations.model_version
            and evaluations.target = 'interview_probability'

),

counted as (

    select
        days.calendar_date,
        days.is_complete_day,
        coalesce(predicted.predictions_count, 0) as predictions_count,
        sum(predicted.predictions_count) over (order by days.calendar_date) as predictions_so_far,
        sum(judged.judged_count) over four_weeks as judged_count,
        sum(judged.right_count) over four_weeks as right_count,
        sum(rated.ratings_count) over four_weeks as ratings_count,
        sum(rated.scores_sum) over four_weeks as scores_sum,
        coalesce(earned.revenue_usd, 0)::double precision as revenue_usd,
        coalesce(earned.unpriced_count, 0) as unpriced_count
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

),

-- Of a day that is not over, or that the product has not told of yet, nothing is said but what was predicted on it.
measured as (

    select
        calendar_date,
        is_complete_day,
        predictions_count,
        case when is_complete_day then right_count::double precision / judged_count end as accuracy,
        case
            when not is_complete_day then 'day_not_complete'
            when judged_count > 0 then null
            when predictions_so_far > 0 then 'nothing_judged'
            else 'nothing_predicted'
        end as accuracy_missing_reason,
        case when is_complete_day then coalesce(judged_count, 0) end as judged_count,
        case when is_complete_day then scores_sum::double precision / ratings_count end as satisfaction_score,
        case
            when not is_complete_day then 'day_not_complete'
            when coalesce(ratings_count, 0) = 0 then 'nobody_rated'
        end as satisfaction_missing_reason,
        case when is_complete_day then coalesce(ratings_count, 0) end as ratings_count,
        case when is_complete_day and unpriced_count = 0 then revenue_usd end as revenue_usd,
        case
            when not is_complete_day then 'day_not_complete'
            when unpriced_count > 0 then 'price_in_usd_unknown'
        end as revenue_missing_reason
    from counted

),

compared as (

    select
        *,
        {% for metric in metrics -%}
        {{ change_since(metric, week_days, 'calendar_date') }} as {{ metric }}_week_change,
        {{ change_since(metric, month_days, 'calendar_date') }} as {{ metric }}_month_change
        {{- ',' if not loop.last }}
        {% endfor %}
    from measured

)

select
    compared.calendar_date,
    compared.is_complete_day,
    compared.predictions_count,
    compared.accuracy,
    compared.accuracy_missing_reason,
    compared.judged_count::bigint as judged_count,
    champions.champion_version,
    champions.champion_evaluation_accuracy,
    champions.champion_evaluation_baseline_accuracy,
    champions.champion_evaluation_rows,
    compared.satisfaction_score,
    compared.satisfaction_missing_reason,
    compared.ratings_count::bigint as ratings_count,
    compared.revenue_usd,
    compared.revenue_missing_reason,
    {% for metric in metrics -%}
    compared.{{ metric }}_week_change,
    compared.{{ metric }}_month_change
    {{- ',' if not loop.last }}
    {% endfor %}
from compared
left join champions
    on compared.calendar_date = champions.calendar_date
where
    compared.calendar_date >= {{ first_date }}
    and (compared.is_complete_day or compared.predictions_count > 0)
