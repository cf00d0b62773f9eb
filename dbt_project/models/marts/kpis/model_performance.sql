{{ config(tags=['reads_predictions']) }}

with evaluations as (

    select *
    from {{ source('ops', 'model_evaluations') }}

),

versions as (

    select *
    from {{ ref('dim_model_versions') }}

),

-- What came true of the predictions made since, over all weeks.
observed as (

    select
        model_version,
        target,
        sum(matured_count)::bigint as live_matured_count,
        sum(true_positives_count + true_negatives_count)::double precision
        / nullif(sum(case when accuracy is not null then matured_count end), 0) as live_accuracy,
        sum(interval_coverage_share * matured_count)
        / nullif(sum(case when interval_coverage_share is not null then matured_count end), 0)
            as live_interval_coverage_share
    from {{ ref('prediction_accuracy_weekly') }}
    where segment = 'all'
    group by model_version, target

),

drift_runs as (

    select
        model_version,
        drift_run_id,
        max(checked_at) as checked_at,
        avg(case when is_drifted then 1.0 else 0.0 end) as drifted_features_share,
        row_number() over (partition by model_version order by max(checked_at) desc, drift_run_id asc) as recency
    from {{ source('ops', 'drift') }}
    where model_version is not null
    group by model_version, drift_run_id

),

drift as (

    select
        model_version,
        count(*) as drift_runs_count,
        sum(case when drifted_features_share > 0 then 1 else 0 end) as drifted_runs_count,
        max(case when recency = 1 then checked_at end) as drift_checked_at,
        max(case when recency = 1 then drifted_features_share end)::double precision as drifted_features_share
    from drift_runs
    group by model_version

)

select
    evaluations.model_version,
    evaluations.target,
    evaluations.trained_at,
    evaluations.is_trained,
    evaluations.training_rows,
    evaluations.evaluation_rows,
    evaluations.data_snapshot,
    evaluations.code_version,
    coalesce(versions.is_champion, false) as is_champion,
    {% for name, path in [
        ('accuracy', ['accuracy', 'value']),
        ('accuracy_low', ['accuracy', 'low']),
        ('accuracy_high', ['accuracy', 'high']),
        ('baseline_accuracy', ['accuracy_base_rate', 'value']),
        ('auc', ['auc', 'value']),
        ('auc_low', ['auc', 'low']),
        ('auc_high', ['auc', 'high']),
        ('log_loss', ['log_loss', 'value']),
        ('baseline_log_loss', ['log_loss_base_rate', 'value']),
        ('log_loss_improvement', ['log_loss_improvement', 'value']),
        ('log_loss_improvement_low', ['log_loss_improvement', 'low']),
        ('log_loss_improvement_high', ['log_loss_improvement', 'high']),
        ('brier_score', ['brier', 'value']),
        ('baseline_brier_score', ['brier_base_rate', 'value']),
        ('calibration_error', ['calibration_error', 'value']),
        ('positive_rate', ['event_rate', 'value']),
        ('mean_absolute_error', ['absolute_error', 'value']),
        ('mean_relative_error', ['relative_error', 'value']),
        ('interval_coverage_share', ['interval_coverage', 'value']),
        ('interval_coverage_low', ['interval_coverage', 'low']),
        ('interval_coverage_high', ['interval_coverage', 'high']),
        ('pinball_improvement', ['pinball_improvement', 'value']),
        ('pinball_improvement_low', ['pinball_improvement', 'low']),
        ('pinball_improvement_high', ['pinball_improvement', 'high'])
    ] -%}
    {{ json_number('evaluations.metrics', *path) }} as {{ name }},
    {% endfor -%}
    coalesce(
        {{ json_number('evaluations.metrics', 'concordance', 'value') }},
        {{ json_number('evaluations.metrics', 'within_job_concordance', 'value') }}
    ) as concordance,
    {% for outcome in ['true_positive', 'false_positive', 'true_negative', 'false_negative'] -%}
    cast({{ json_number('evaluations.confusion_matrix', outcome) }} as bigint) as {{ outcome }}s_count,
    {% endfor -%}
    versions.compared_with_version,
    versions.champion_improvement,
    versions.champion_improvement_low,
    versions.champion_improvement_high,
    coalesce(observed.live_matured_count, 0) as live_matured_count,
    observed.live_accuracy,
    observed.live_interval_coverage_share,
    coalesce(drift.drift_runs_count, 0) as drift_runs_count,
    coalesce(drift.drifted_runs_count, 0) as drifted_runs_count,
    drift.drift_checked_at,
    drift.drifted_features_share
from evaluations
left join versions
    on evaluations.model_version = versions.model_version
left join observed
    on evaluations.model_version = observed.model_version and evaluations.target = observed.target
left join drift
    on evaluations.model_version = drift.model_version
