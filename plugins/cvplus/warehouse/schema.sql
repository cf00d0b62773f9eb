-- Schemas and tables that the plant itself writes. dbt owns staging, intermediate, features and marts.
-- Applied at every start; each statement may run any number of times.


-- One row per batch: the one way anything enters.
create table if not exists ops.batches (
    batch_id text primary key,
    source text not null,
    resource text not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    rows_read bigint not null check (rows_read >= 0),
    rows_loaded bigint,
    rows_duplicate bigint,
    rows_rejected bigint,
    bytes bigint not null,
    checksum text not null,
    known_at_rule text not null,
    is_stale boolean not null default false,
    is_partial boolean not null default false,
    state text not null check (state in ('landed', 'loaded', 'accepted', 'quarantined', 'released')),
    lake_path text not null,
    fetched_at timestamptz not null,
    landed_at timestamptz not null default now(),
    loaded_at timestamptz,
    gated_at timestamptz,
    built_at timestamptz,
    state_reason text,
    constraint nothing_is_lost check (
        state = 'landed' or rows_read = rows_loaded + rows_duplicate + rows_rejected
    )
);
alter table ops.batches add column if not exists is_partial boolean not null default false;
-- What is to be known of how it was read, as its manifest says it: why it is partial.
alter table ops.batches add column if not exists note text;
-- Values of loaded records that were set aside; those of a batch that came before they were counted are null.
alter table ops.batches add column if not exists fields_rejected bigint;
create index if not exists batches_by_resource on ops.batches (source, resource, state);

-- One row per record of a batch that could not be used, up to a limit (config/intake.yaml); personal data masked.
create table if not exists ops.rejected_records (
    batch_id text not null references ops.batches (batch_id),
    record_number bigint not null,
    source text not null,
    resource text not null,
    record_key text,
    reason_code text not null,
    reason text not null,
    record text,
    rejected_at timestamptz not null default now(),
    replayed_at timestamptz,
    primary key (batch_id, record_number)
);

-- One row per batch and reason code: how many records were rejected. ops.rejected_records keeps them up to a limit.
create table if not exists ops.rejected_counts (
    batch_id text not null references ops.batches (batch_id),
    reason_code text not null,
    records bigint not null,
    primary key (batch_id, reason_code)
);
-- Before there was a limit, each had a row.
do $$
begin
    if not exists (select from ops.rejected_counts) then
        insert into ops.rejected_counts (batch_id, reason_code, records)
        select batch_id, reason_code, count(*) from ops.rejected_records where replayed_at is null group by 1, 2;
    end if;
end
$$;

-- One row per file below the exports' root that is no drop, as of the newest landing.
create table if not exists ops.unread_files (
    path text primary key,
    entity text,
    reason_code text not null,
    reason text not null,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now()
);

-- One row per value that was set aside of a loaded record (the field is null there), up to a number a batch.
-- Of the exports no value is shown; it waits in the vault, under the subject's key.
create table if not exists ops.rejected_fields (
    batch_id text not null references ops.batches (batch_id),
    record_number bigint not null,
    field text not null,
    source text not null,
    resource text not null,
    record_key text,
    reason_code text not null,
    reason text not null,
    value text,
    rejected_at timestamptz not null default now(),
    primary key (batch_id, record_number, field)
);

-- One row per record of a snapshot batch: what was seen, when (resources with is_snapshot).
create table if not exists ops.sightings (
    batch_id text not null references ops.batches (batch_id),
    source text not null,
    resource text not null,
    record_key text not null,
    content_hash text not null,
    seen_at timestamptz not null,
    primary key (batch_id, record_key, content_hash)
);
-- Which part of a snapshot that is read in parts (a board) it belongs to.
alter table ops.sightings add column if not exists part text;

-- One row per batch and part of a snapshot that is read in parts: how the part was read.
create table if not exists ops.snapshot_parts (
    batch_id text not null references ops.batches (batch_id),
    part text not null,
    state text not null check (state in ('whole', 'partial', 'stale')),
    primary key (batch_id, part)
);

-- One row per record that a batch delivered and only a batch not yet gated holds: handed over should that
-- one end in quarantine (warehouse/duplicates.py).
create table if not exists ops.deferred_duplicates (
    batch_id text not null references ops.batches (batch_id),
    held_by text not null references ops.batches (batch_id),
    record_key text not null,
    content_hash text not null,
    known_at timestamptz not null,
    primary key (batch_id, record_key, content_hash)
);
create index if not exists deferred_duplicates_by_holder on ops.deferred_duplicates (held_by);

-- One row per gate run and expectation.
create table if not exists ops.gate_results (
    gate_run_id text not null,
    suite text not null,
    expectation text not null,
    severity text not null check (severity in ('critical', 'warning', 'info')),
    meaning text not null,
    observed text,
    is_passed boolean not null,
    batch_id text,
    table_name text,
    failing_keys jsonb not null default '[]',
    docs_path text,
    checked_at timestamptz not null default now(),
    primary key (gate_run_id, expectation)
);

-- One row per batch (or gate run of a table) and watched column: what later ones are held against.
create table if not exists ops.column_presence (
    suite text not null,
    subject text not null,
    column_name text not null,
    rows_count bigint not null check (rows_count >= 0),
    filled_count bigint not null check (filled_count between 0 and rows_count),
    counted_at timestamptz not null default now(),
    primary key (suite, subject, column_name)
);

-- One row per resource that was asked for and did not succeed, or is switched off: freshness reads it.
create table if not exists ops.source_states (
    source text not null,
    resource text not null,
    state text not null check (state in ('configured', 'not_configured', 'failing')),
    message text,
    stale_after_hours double precision not null default 36,
    changed_at timestamptz not null default now(),
    primary key (source, resource)
);
-- Why the last good answer serves instead of a new one (an error code), and for how long it may.
alter table ops.source_states add column if not exists outage_code text;
alter table ops.source_states add column if not exists time_to_live_hours double precision not null default 72;

-- How old what the data speak of may be; null: as old as the last success.
alter table ops.source_states add column if not exists data_stale_after_hours double precision;

-- Where the next walk over a resource begins, because the last one ended before it (an ask: `board=acme`).
alter table ops.source_states add column if not exists next_ask text;

-- One row per board, question, … of a resource that gave no answer when it was last asked.
create table if not exists ops.failed_asks (
    source text not null,
    resource text not null,
    ask text not null,
    reason_code text not null,
    reason text not null,
    first_failed_at timestamptz not null default now(),
    last_failed_at timestamptz not null default now(),
    primary key (source, resource, ask)
);

-- One row per source, resource, run and UTC day: what reading the provider took, whether it ended well or not.
create table if not exists ops.api_usage (
    source text not null,
    resource text not null,
    run_id text not null,
    day date not null,
    calls bigint not null,
    retried bigint not null,
    throttled bigint not null,
    cache_hits bigint not null,
    not_modified bigint not null,
    bytes bigint not null,
    cost_usd numeric(14, 6) not null,
    recorded_at timestamptz not null default now(),
    primary key (source, resource, run_id, day)
);

-- One row per source and UTC month: what its calls are charged at, counted before each call.
create table if not exists ops.api_spending (
    source text not null,
    month date not null,
    spent_usd numeric(14, 6) not null,
    primary key (source, month)
);

-- One row per drift run and feature.
create table if not exists ops.drift (
    drift_run_id text not null,
    feature text not null,
    test text not null,
    score double precision,
    threshold double precision not null,
    is_drifted boolean not null,
    sample_size bigint not null,
    model_version text,
    report_path text,
    checked_at timestamptz not null default now(),
    primary key (drift_run_id, feature)
);

-- One row per task of a DAG run (the last try wins).
create table if not exists ops.runs (
    dag_id text not null,
    run_id text not null,
    task_id text not null,
    rows bigint,
    seconds double precision not null,
    peak_memory_bytes bigint,
    api_calls bigint not null default 0,
    cache_hits bigint not null default 0,
    cost_usd numeric(14, 6) not null default 0,
    finished_at timestamptz not null default now(),
    primary key (dag_id, run_id, task_id)
);

-- One row per dbt run of a layer; `run_id` is the Airflow run that it belongs to. `killed`: its process died.
create table if not exists ops.layer_runs (
    invocation_id text primary key,
    dag_id text not null,
    run_id text not null,
    layer text not null check (layer in ('stage', 'unite', 'features', 'marts', 'publish')),
    project_checksum text not null,
    nodes bigint not null,
    status text not null check (status in ('running', 'success', 'error', 'killed')),
    message text,
    started_at timestamptz not null,
    finished_at timestamptz
);
create index if not exists layer_runs_by_run on ops.layer_runs (dag_id, run_id, layer);

-- One row per dbt run and node, written as it begins and ends. `rows`: those that a model or seed wrote; null for a
-- test and for a view. `compiled_path`: the SQL that was run, below the home's folder dbt/.
create table if not exists ops.model_runs (
    invocation_id text not null references ops.layer_runs,
    unique_id text not null,
    dag_id text not null,
    run_id text not null,
    layer text not null,
    node text not null,
    kind text not null check (kind in ('model', 'seed', 'test')),
    status text not null,
    seconds double precision,
    rows bigint,
    message text,
    compiled_path text,
    started_at timestamptz not null,
    finished_at timestamptz,
    primary key (invocation_id, unique_id)
);
create index if not exists model_runs_by_run on ops.model_runs (dag_id, run_id, layer);

-- One row per thing that is made from others: a seed, a staging model, a step of the chain. `inputs` is a digest of
-- what it was made from, `pending_inputs` of what it is being made from. Equal inputs: there is nothing to do.
create table if not exists ops.built_from (
    thing text primary key,
    inputs text,
    pending_inputs text,
    built_at timestamptz not null default now()
);

-- One row per staging model that takes only what is new, and batch that it holds, with the verdict by which it was read.
create table if not exists ops.staged_batches (
    model text not null,
    batch_id text not null,
    gated_at timestamptz,
    primary key (model, batch_id)
);

-- One row per decision about a model version.
create table if not exists ops.promotions (
    decision_id text primary key,
    from_version text,
    to_version text not null,
    is_promoted boolean not null,
    reasons jsonb not null,
    decided_by text not null,
    decided_at timestamptz not null default now()
);

-- One row per model version and target: what the evaluation on the newest slice of time said.
create table if not exists ops.model_evaluations (
    model_version text not null,
    target text not null,
    trained_at timestamptz not null,
    is_trained boolean not null,
    training_rows bigint not null,
    evaluation_rows bigint not null,
    metrics jsonb not null,
    confusion_matrix jsonb,
    data_snapshot text not null,
    code_version text not null,
    primary key (model_version, target)
);

-- One row per model version, target and feature: mean absolute contribution on the evaluation slice.
create table if not exists ops.feature_importances (
    model_version text not null,
    target text not null,
    feature text not null,
    importance double precision not null,
    primary key (model_version, target, feature)
);

-- One row per scoring run and feature: how what was scored is spread beside the version's training sample.
-- Counts are those of the run's pairs (missing, unseen category, then bins) and add up over its tries.
create table if not exists ops.input_checks (
    scoring_run text not null,
    feature text not null,
    model_version text not null,
    pairs bigint not null,
    outside_pairs bigint not null,
    counts bigint[] not null,
    null_share double precision,
    training_null_share double precision,
    unseen_share double precision,
    psi double precision,
    departure text,
    checked_at timestamptz not null default now(),
    primary key (scoring_run, feature)
);

-- One row per declared backfill.
create table if not exists ops.backfills (
    backfill_id text primary key,
    dag_id text,
    from_date date not null,
    to_date date not null,
    reason text not null,
    declared_by text not null,
    state text not null check (state in ('declared', 'running', 'complete', 'failed')),
    dry_run jsonb not null,
    declared_at timestamptz not null default now(),
    finished_at timestamptz
);

-- One row: the digest of the roles and rights (config/roles.yaml) that were granted last.
create table if not exists ops.granted_rights (
    digest text primary key,
    granted_at timestamptz not null default now()
);

-- One row per incident.
create table if not exists ops.alerts (
    alert_id text primary key,
    rule text not null,
    severity text not null check (severity in ('critical', 'warning', 'info')),
    subject text not null,
    message text not null,
    runbook text not null,
    state text not null default 'open' check (state in ('open', 'closed')),
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    seen_count bigint not null default 1
);

create unique index if not exists alerts_open on ops.alerts (rule, subject) where state = 'open';

-- One row per resource: when it last brought data, how old that is, and what state it is in.
-- silent: it is asked and answers, but with no records (or has never brought any), or its provider has been out
-- for longer than the last good answer may serve; stale: it is not fetched, that answer serves, or what was fetched
-- speaks of a time too long ago. Data speak of the time up to their window's end, or, where the provider tells what is
-- now, of the moment of asking.
create or replace view ops.freshness as
with resources as (
    select
        source,
        resource,
        state,
        stale_after_hours * interval '1 hour' as stale_after,
        coalesce(data_stale_after_hours, stale_after_hours) * interval '1 hour' as data_stale_after,
        case when state = 'failing' then outage_code end as outage_code,
        message,
        time_to_live_hours * interval '1 hour' as time_to_live
    from ops.source_states
    union all
    select distinct
        source, resource, 'configured', interval '36 hours', interval '36 hours', null, null, interval '72 hours'
    from ops.batches
    where not exists (
        select 1 from ops.source_states as declared
        where declared.source = batches.source and declared.resource = batches.resource
    )
),
totals as (
    select
        source,
        resource,
        max(fetched_at) filter (
            where state in ('accepted', 'released') and rows_read > 0 and not is_stale
        ) as last_success_at,
        max(fetched_at) filter (where state in ('accepted', 'released') and not is_stale) as last_answer_at,
        max(case when known_at_rule = 'observed' then fetched_at else least(window_end, fetched_at) end) filter (
            where state in ('accepted', 'released') and rows_read > 0 and not is_stale
        ) as data_until_at,
        coalesce(sum(rows_loaded) filter (where state in ('accepted', 'released')), 0)::bigint as rows,
        count(*) filter (where state = 'quarantined') as quarantined,
        coalesce(sum(rows_rejected), 0)::bigint as rejected
    from ops.batches
    group by source, resource
)
select
    source,
    resource,
    totals.last_success_at,
    now() - totals.last_success_at as age,
    case
        when resources.outage_code is not null and totals.last_answer_at >= now() - resources.time_to_live
            then 'stale'
        when resources.outage_code is not null then 'silent'
        when resources.state <> 'configured' then resources.state
        when
            totals.last_success_at >= now() - resources.stale_after
            and totals.data_until_at >= now() - resources.data_stale_after
            then 'fresh'
        when totals.last_success_at >= now() - resources.stale_after then 'stale'
        when totals.last_answer_at >= now() - resources.stale_after or totals.last_success_at is null
            then 'silent'
        else 'stale'
    end as state,
    coalesce(totals.rows, 0) as rows,
    coalesce(totals.quarantined, 0) as quarantined,
    coalesce(totals.rejected, 0) as rejected,
    coalesce(
        resources.outage_code is not null
        or totals.last_success_at < now() - resources.stale_after
        or totals.data_until_at < now() - resources.data_stale_after,
        false
    ) and totals.last_success_at is not null as is_stale,
    case
        when resources.outage_code is not null and totals.last_answer_at < now() - resources.time_to_live
            then 'dropped out after its time to live: ' || resources.message
        when resources.outage_code is not null then resources.message
        when totals.last_success_at < now() - resources.stale_after then 'no newer data was accepted'
        when totals.data_until_at < now() - resources.data_stale_after
            then 'the newest data speak of the time up to '
                || to_char(totals.data_until_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'
    end as stale_reason,
    case
        when resources.outage_code is not null and totals.last_answer_at < now() - resources.time_to_live
            then totals.last_answer_at + resources.time_to_live
    end as dropped_out_at,
    totals.data_until_at,
    now() - totals.data_until_at as data_age
from resources
left join totals using (source, resource);

-- Personal data, sealed under a key of each subject's own. The privacy role alone reads this schema.
create table if not exists vault.subject_keys (
    subject_id text primary key,
    wrapped_key bytea not null,
    master_key_id text not null,
    created_at timestamptz not null default now()
);
create table if not exists vault.personal_data (
    subject_id text not null references vault.subject_keys (subject_id) on delete cascade,
    entity text not null,
    record_key text not null,
    content_hash text not null,
    sealed bytea not null,
    dropped_on date not null,
    stored_at timestamptz not null default now(),
    primary key (entity, record_key, content_hash)
);
create index if not exists personal_data_by_subject on vault.personal_data (subject_id);
create table if not exists vault.rejected_lines (
    batch_id text not null,
    record_number bigint not null,
    sealed bytea not null,
    master_key_id text not null,
    stored_at timestamptz not null default now(),
    primary key (batch_id, record_number)
);

-- One row per (CV, job) pair and scoring: the product reads these.
create table if not exists predictions.predictions (
    prediction_id text primary key,
    cv_id text not null,
    cv_version integer not null,
    job_id text not null,
    subject_id text not null,
    scored_at timestamptz not null,
    feature_at timestamptz not null,
    interview_probability double precision check (interview_probability between 0 and 1),
    offer_probability double precision check (offer_probability between 0 and 1),
    salary_low double precision,
    salary_median double precision,
    salary_high double precision,
    salary_currency text,
    time_to_hire_days double precision,
    time_to_hire_days_low double precision,
    time_to_hire_days_high double precision,
    competitiveness_score double precision check (competitiveness_score between 0 and 100),
    model_version text not null,
    feature_hash text not null,
    is_stale boolean not null default false,
    is_out_of_distribution boolean not null default false,
    adversarial_score double precision not null default 0,
    segment_model text not null default 'generic',
    missing_reasons jsonb not null default '{}',
    constraint scored_once_at unique (cv_id, job_id, model_version, feature_hash, feature_at)
);
-- Before predictions had a time to live, the same evidence was scored once for ever.
do $$
begin
    if exists (
        select from pg_constraint
        where conname = 'scored_once' and conrelid = 'predictions.predictions'::regclass
    ) then
        alter table predictions.predictions
            drop constraint scored_once,
            add constraint scored_once_at unique (cv_id, job_id, model_version, feature_hash, feature_at);
    end if;
end
$$;
-- What the plant knew when it made the prediction; null where that is feature_at.
alter table predictions.predictions add column if not exists horizon_at timestamptz;
-- Names of the features that are outside of what the version was trained on.
alter table predictions.predictions add column if not exists outside_features jsonb not null default '[]';
create index if not exists predictions_by_pair on predictions.predictions (cv_id, job_id, scored_at desc);
create table if not exists predictions.prediction_reasons (
    prediction_id text not null references predictions.predictions (prediction_id) on delete cascade,
    target text not null,
    rank smallint not null,
    feature text not null,
    value text,
    contribution double precision not null,
    primary key (prediction_id, target, rank)
);
create table if not exists predictions.prediction_audit (
    prediction_id text not null references predictions.predictions (prediction_id) on delete cascade,
    access_id text not null,
    accessed_by text not null,
    access text not null check (access in ('made', 'read')),
    reason text not null,
    permission text not null,
    accessed_at timestamptz not null default now(),
    primary key (prediction_id, access_id)
);
create or replace view predictions.latest_predictions as
select distinct on (cv_id, job_id) *
from predictions.predictions
order by cv_id, job_id, scored_at desc, prediction_id;
