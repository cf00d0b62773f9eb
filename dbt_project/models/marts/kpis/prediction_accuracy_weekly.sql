{{ config(tags=['reads_predictions']) }}

{%- set cell = ['week_start_date', 'target', 'model_version', 'segment'] %}
{%- set threshold = var('decision_threshold') %}
{#- 95 % of a normal distribution lies within so many standard deviations. -#}
{%- set z = 1.959964 %}

with predictions as (

    select
        *,
        {{ utc_week('scored_at') }} as week_start_date
    from {{ ref('fct_predictions') }}

),

-- One row per prediction and target: what was said, what came true, and whether that is known, will be or never.
said as (

    select
        week_start_date,
        'interview_probability' as target,
        model_version,
        industry_id,
        country,
        interview_maturity as maturity,
        interview_probability as predicted,
        case when is_interviewed then 1.0 when not is_interviewed then 0.0 end as truth,
        null::double precision as predicted_low,
        null::double precision as predicted_high
    from predictions
    where interview_probability is not null

    union all

    select
        week_start_date,
        'offer_probability' as target,
        model_version,
        industry_id,
        country,
        offer_maturity as maturity,
        offer_probability as predicted,
        case when is_offered then 1.0 when not is_offered then 0.0 end as truth,
        null as predicted_low,
        null as predicted_high
    from predictions
    where offer_probability is not null

    union all

    select
        week_start_date,
        'salary_prediction' as target,
        model_version,
        industry_id,
        country,
        salary_maturity as maturity,
        salary_median as predicted,
        actual_salary_usd as truth,
        salary_low as predicted_low,
        salary_high as predicted_high
    from predictions
    where salary_median is not null

    union all

    select
        week_start_date,
        'time_to_hire' as target,
        model_version,
        industry_id,
        country,
        time_to_hire_maturity as maturity,
        time_to_hire_days as predicted,
        actual_days_to_offer as truth,
        time_to_hire_days_low as predicted_low,
        time_to_hire_days_high as predicted_high
    from predictions
    where time_to_hire_days is not null

),

segmented as (

    select
        said.*,
        'all' as segment
    from said

    union all

    select
        said.*,
        'industry:' || industry_id as segment
    from said
    where industry_id is not null

    union all

    select
        said.*,
        'country:' || country as segment
    from said
    where country is not null

),

counted as (

    select
        {{ cell | join(', ') }},
        count(*) as predictions_count,
        sum(case when maturity = 'matured' then 1 else 0 end) as matured_count,
        sum(case when maturity = 'pending' then 1 else 0 end) as pending_count,
        sum(case when maturity = 'never' then 1 else 0 end) as never_count
    from segmented
    group by {{ cell | join(', ') }}

),

-- Equal predictions share the mean of their ranks.
ranked as (

    select
        *,
        least(floor(predicted * 10), 9) as calibration_bin,
        rank() over (partition by {{ cell | join(', ') }} order by predicted)
        + (count(*) over (partition by {{ cell | join(', ') }}, predicted) - 1) / 2.0 as average_rank
    from segmented
    where maturity = 'matured' and target in ('interview_probability', 'offer_probability')

),

confusion as (

    select
        {{ cell | join(', ') }},
        count(*) as n,
        sum(truth) as positives,
        sum(1 - truth) as negatives,
        sum(case when predicted >= {{ threshold }} and truth = 1 then 1 else 0 end) as true_positives_count,
        sum(case when predicted >= {{ threshold }} and truth = 0 then 1 else 0 end) as false_positives_count,
        sum(case when predicted < {{ threshold }} and truth = 0 then 1 else 0 end) as true_negatives_count,
        sum(case when predicted < {{ threshold }} and truth = 1 then 1 else 0 end) as false_negatives_count,
        sum(case when truth = 1 then average_rank else 0 end) as positive_ranks,
        avg((predicted - truth) * (predicted - truth)) as brier_score
    from ranked
    group by {{ cell | join(', ') }}

),

-- Expected calibration error: how far each bin's mean prediction is from what came true, weighted by its size.
calibration_bins as (

    select
        {{ cell | join(', ') }},
        count(*) as n,
        abs(sum(predicted) - sum(truth)) as gap
    from ranked
    group by {{ cell | join(', ') }}, calibration_bin

),

calibration as (

    select
        {{ cell | join(', ') }},
        sum(gap) / sum(n) as calibration_error
    from calibration_bins
    group by {{ cell | join(', ') }}

),

amounts as (

    select
        {{ cell | join(', ') }},
        avg(abs(predicted - truth)) as mean_absolute_error,
        avg(case when truth between predicted_low and predicted_high then 1.0 else 0.0 end)::double precision
            as interval_coverage_share
    from segmented
    where maturity = 'matured' and target in ('salary_prediction', 'time_to_hire')
    group by {{ cell | join(', ') }}

),

rates as (

    select
        *,
        (true_positives_count + true_negatives_count)::double precision / n as accuracy
    from confusion

)

select
    {% for column in cell -%}
    counted.{{ column }},
    {% endfor -%}
    counted.predictions_count,
    counted.matured_count,
    counted.pending_count,
    counted.never_count,
    counted.matured_count::double precision / nullif(counted.matured_count + counted.pending_count, 0) as matured_share,
    rates.accuracy,
    (
        rates.accuracy + {{ z * z / 2 }} / rates.n
        - {{ z }} * sqrt(rates.accuracy * (1 - rates.accuracy) / rates.n + {{ z * z / 4 }} / (rates.n * rates.n))
    ) / (1 + {{ z * z }} / rates.n) as accuracy_low,
    (
        rates.accuracy + {{ z * z / 2 }} / rates.n
        + {{ z }} * sqrt(rates.accuracy * (1 - rates.accuracy) / rates.n + {{ z * z / 4 }} / (rates.n * rates.n))
    ) / (1 + {{ z * z }} / rates.n) as accuracy_high,
    greatest(rates.positives, rates.negatives) / rates.n as baseline_accuracy,
    rates.positives / rates.n as positive_rate,
    -- Mann-Whitney: the share of pairs of one positive and one negative that stand in the right order.
    (rates.positive_ranks - rates.positives * (rates.positives + 1) / 2)
    / nullif(rates.positives * rates.negatives, 0) as auc,
    rates.brier_score,
    calibration.calibration_error,
    amounts.mean_absolute_error,
    amounts.interval_coverage_share,
    rates.true_positives_count,
    rates.false_positives_count,
    rates.true_negatives_count,
    rates.false_negatives_count
from counted
left join rates
    on {{ same_key('counted', 'rates', cell) }}
left join calibration
    on {{ same_key('counted', 'calibration', cell) }}
left join amounts
    on {{ same_key('counted', 'amounts', cell) }}
