-- A labour market small enough to check by hand, put where the intermediate models would have put it.
-- The horizon is Monday 2026-06-01 00:00 UTC.

insert into ops.batches (
    batch_id, source, resource, window_start, window_end, rows_read, rows_loaded, rows_duplicate, rows_rejected,
    bytes, checksum, known_at_rule, state, lake_path, fetched_at
) values
('product-jobs', 'product', 'jobs', '2026-01-01 00:00+00', '2026-06-01 00:00+00', 3, 3, 0, 0, 1, 'x', 'dropped', 'accepted', 'x', now() - interval '2 hours'),
('usajobs-search', 'usajobs', 'search', '2026-05-31 00:00+00', '2026-06-01 00:00+00', 5, 4, 0, 1, 1, 'x', 'observed', 'quarantined', 'x', now());

insert into staging.stg_bls_oews__wages (area_name, country, region, occupation_id, occupation_title, sample_size, observed_date, known_at) values
('National', 'US', null, '15-1252', 'Software Developers', 1600000, '2026-03-31', '2026-04-01 00:00+00'),
('National', 'US', null, '15-1252', 'Software Developers, Applications', 1500000, '2025-03-31', '2025-04-01 00:00+00'),
('California', 'US', 'CA', '15-1252', 'Software Developers', 300000, '2026-03-31', '2026-04-01 00:00+00');

insert into intermediate.int_companies (company_id, source, source_company_id, company_name, size_min, size_max, industry_id, country, known_at, known_until) values
('acme', 'crunchbase', 'u1', 'Acme Old', 11, 50, 'technology', 'US', '2026-01-01 00:00+00', '2026-02-01 00:00+00'),
('acme', 'crunchbase', 'u1', 'Acme', 51, 100, 'technology', 'US', '2026-02-01 00:00+00', null);

insert into intermediate.int_jobs (
    job_id, job_key, source, title, company_id, company_name, occupation_id, industry_id, country, region, seniority,
    skills_required, skills_preferred, posted_at, closed_at, salary_min_amount, salary_max_amount, currency,
    salary_min_usd, salary_max_usd, known_at, known_until, last_seen_at
) values
('j1', 'cvplus:J1', 'product', 'Developer', 'acme', 'Acme', '15-1252', 'technology', 'US', 'CA', 'senior', '{python}', '{}', '2026-04-01 00:00+00', '2026-05-01 00:00+00', 100000, 140000, 'USD', 100000, 140000, '2026-04-02 00:00+00', null, null),
('j2', 'cvplus:J2', 'product', 'Dev', 'acme', 'Acme', '15-1252', 'technology', 'US', 'CA', 'mid', '{python}', '{}', '2026-04-08 00:00+00', null, null, null, null, null, null, '2026-04-09 00:00+00', '2026-04-20 00:00+00', null),
('j2', 'cvplus:J2', 'product', 'Developer II', 'acme', 'Acme', '15-1252', 'technology', 'US', 'CA', 'mid', '{python,sql}', '{rust}', '2026-04-08 00:00+00', null, 90000, 110000, 'USD', 90000, 110000, '2026-04-20 00:00+00', null, null),
('j3', 'arbeitnow:x', 'arbeitnow', 'Helper', 'other', 'Other GmbH', null, null, 'DE', null, null, '{}', '{}', '2026-01-01 00:00+00', null, null, null, null, null, null, '2026-01-02 00:00+00', null, '2026-01-10 00:00+00'),
('j4', 'cvplus:J4', 'product', 'Quant', 'acme', 'Acme', '15-1252', 'finance', 'US', 'NY', 'lead', '{}', '{}', '2026-05-29 00:00+00', null, 150000, 170000, 'USD', 150000, 170000, '2026-05-30 00:00+00', null, null);

-- Each job is told of by one board.
insert into intermediate.int_posting_sightings (
    posting_id, job_key, source, resource, title, spell_number, posted_at, closed_at, closing, known_at, known_until,
    last_seen_at
)
select
    job_id, job_key, source, 'jobs', title, 0, posted_at, closed_at, case when closed_at is not null then 'told' end,
    known_at, known_until, last_seen_at
from intermediate.int_jobs;
update intermediate.int_jobs set is_repost = false, closing = case when closed_at is not null then 'told' end;
insert into intermediate.int_job_links (posting_id, job_id, known_at)
select job_id, job_id, min(known_at) from intermediate.int_jobs group by job_id;

insert into intermediate.int_pay_observations (
    observation_id, source, basis, occupation_id, company_id, country, region, seniority, observed_date, currency,
    low_usd, median_usd, high_usd, p10_usd, p25_usd, p50_usd, p75_usd, p90_usd, weight, known_at
) values
('official-ca', 'bls_oews', 'official_statistic', '15-1252', null, 'US', 'CA', null, '2026-04-01', 'USD', 50000, 70000, 100000, 40000, 50000, 70000, 100000, 130000, 300000, '2026-04-01 00:00+00'),
('official-capped', 'bls_oews', 'official_statistic', '29-1141', null, 'US', null, null, '2026-04-01', 'USD', 60000, 90000, null, 50000, 60000, 90000, null, null, 300000, '2026-04-01 00:00+00'),
('posted-j1', 'product', 'posted', '15-1252', 'acme', 'US', 'CA', 'senior', '2026-04-01', 'USD', 100000, 120000, 140000, null, null, null, null, null, 1, '2026-04-02 00:00+00'),
('posted-ny1', 'product', 'posted', '15-1252', null, 'US', 'NY', 'lead', '2026-05-01', 'USD', 100000, 120000, 140000, null, null, null, null, null, 1, '2026-04-02 00:00+00'),
('posted-ny2', 'product', 'posted', '15-1252', null, 'US', 'NY', 'lead', '2026-05-01', 'USD', 100000, 120000, 140000, null, null, null, null, null, 1, '2026-04-02 00:00+00'),
('posted-ny3', 'product', 'posted', '15-1252', null, 'US', 'NY', 'lead', '2026-05-01', 'USD', 100000, 120000, 140000, null, null, null, null, null, 1, '2026-04-02 00:00+00'),
('offer-a1', 'product', 'offer', '15-1252', 'acme', 'US', 'CA', 'senior', '2026-04-20', 'USD', 120000, 120000, 120000, null, null, null, null, null, 1, '2026-04-21 00:00+00');

insert into intermediate.int_applications (application_id, subject_id, cv_id, cv_version, posting_id, job_key, applied_at, channel, known_at) values
('a1', 's1', 'cv1', 1, 'j1', 'cvplus:J1', '2026-04-06 00:00+00', 'site', '2026-04-07 00:00+00'),
('a2', 's2', 'cv2', 1, 'j1', 'cvplus:J1', '2026-04-07 00:00+00', 'site', '2026-04-08 00:00+00'),
('a3', 's2', 'cv2', 1, 'j2', 'cvplus:J2', '2026-04-08 00:00+00', 'referral', '2026-04-09 00:00+00'),
('a4', 's3', 'cv3', 1, 'j2', 'cvplus:J2', '2026-05-20 00:00+00', 'site', '2026-05-21 00:00+00');

insert into intermediate.int_outcomes (outcome_id, application_id, outcome, occurred_at, salary_amount, currency, salary_usd, known_at) values
('o1', 'a1', 'interview', '2026-04-10 00:00+00', null, null, null, '2026-04-11 00:00+00'),
('o2', 'a1', 'offer', '2026-04-20 00:00+00', 120000, 'USD', 120000, '2026-04-21 00:00+00'),
('o3', 'a2', 'rejected', '2026-04-12 00:00+00', null, null, null, '2026-04-13 00:00+00');

insert into intermediate.int_events (event_id, event_type, subject_id, occurred_at, metadata, known_at) values
('e1', 'cv_analysis', 's1', '2026-04-01 00:00+00', '{}', '2026-04-02 00:00+00');

insert into intermediate.int_subscriptions (subscription_id, subject_id, plan, status, started_at, ended_at, amount, currency, amount_usd, billing_interval, updated_at, known_at, known_until) values
('sub', 's1', 'pro', 'trial', '2026-04-01 00:00+00', null, 0, 'USD', 0, 'month', '2026-04-01 00:00+00', '2026-04-02 00:00+00', '2026-04-16 00:00+00'),
('sub', 's1', 'pro', 'active', '2026-04-01 00:00+00', null, 365, 'USD', 365, 'year', '2026-04-15 00:00+00', '2026-04-16 00:00+00', '2026-04-21 00:00+00'),
('sub', 's1', 'pro', 'active', '2026-04-01 00:00+00', null, 365, 'USD', 365, 'year', '2026-04-20 00:00+00', '2026-04-21 00:00+00', '2026-05-16 00:00+00'),
('sub', 's1', 'pro', 'cancelled', '2026-04-01 00:00+00', '2026-05-15 00:00+00', 365, 'USD', 365, 'year', '2026-05-15 00:00+00', '2026-05-16 00:00+00', null);

insert into intermediate.int_feedback (feedback_id, subject_id, score, given_at, known_at) values
('f1', 's1', 1, '2026-04-01 12:00+00', '2026-04-02 00:00+00'),
('f2', 's1', 4, '2026-05-25 12:00+00', '2026-05-26 00:00+00'),
('f3', 's2', 5, '2026-05-31 12:00+00', '2026-06-01 00:00+00');

-- The second teller is newer, and less trusted.
insert into intermediate.int_skills (skill_id, skill_name, source, teller_rank, usage_count, snapshot_date, known_at) values
('python', 'python', 'stack_overflow', 1, 100, '2026-05-01', '2026-05-01 00:00+00'),
('python', 'python', 'stack_overflow', 1, 110, '2026-05-30', '2026-05-30 00:00+00'),
('python', 'Python (programming)', 'esco', 2, null, '2026-05-31', '2026-05-31 00:00+00');

-- p1, p2 and p3 are forecasts that time has judged; p4 was made after the interview was known, p5 after the outcome was
-- due, p6 is not due yet, p7 may still be applied to. p8 was made for the application's own instant, but when the
-- refusal was known; p9 lived and died without an application.
insert into predictions.predictions (
    prediction_id, cv_id, cv_version, job_id, subject_id, scored_at, feature_at, horizon_at, interview_probability,
    offer_probability, salary_low, salary_median, salary_high, salary_currency, time_to_hire_days,
    time_to_hire_days_low, time_to_hire_days_high, competitiveness_score, model_version, feature_hash
) values
('p1', 'cv1', 1, 'j1', 's1', '2026-04-06 03:00+00', '2026-04-06 00:00+00', null, 0.75, 0.25, 100000, 110000, 130000, 'USD', 10, 5, 12, 80, '1', 'h1'),
('p2', 'cv2', 1, 'j1', 's2', '2026-04-07 03:00+00', '2026-04-07 00:00+00', null, 0.25, 0.25, 100000, 110000, 130000, 'USD', 10, 5, 12, 40, '1', 'h2'),
('p3', 'cv2', 1, 'j2', 's2', '2026-04-08 03:00+00', '2026-04-08 00:00+00', null, 0.75, 0.25, 80000, 90000, 100000, 'USD', 10, 5, 12, 60, '1', 'h3'),
('p4', 'cv1', 1, 'j1', 's1', '2026-04-15 03:00+00', '2026-04-15 00:00+00', null, 0.75, 0.75, 100000, 110000, 130000, 'USD', 10, 5, 20, 80, '1', 'h4'),
('p5', 'cv2', 1, 'j1', 's2', '2026-05-25 03:00+00', '2026-05-25 00:00+00', null, 0.25, 0.25, 100000, 110000, 130000, 'USD', 10, 5, 12, 40, '1', 'h5'),
('p6', 'cv3', 1, 'j2', 's3', '2026-06-02 03:00+00', '2026-05-20 00:00+00', '2026-05-21 00:00+00', 0.25, 0.25, 80000, 90000, 100000, 'USD', 10, 5, 12, 30, '2', 'h6'),
('p7', 'cv9', 1, 'j2', 's9', '2026-06-02 03:00+00', '2026-06-01 00:00+00', null, 0.25, null, null, null, null, null, null, null, null, null, '2', 'h7'),
('p8', 'cv2', 1, 'j1', 's2', '2026-04-14 03:00+00', '2026-04-07 00:00+00', '2026-04-14 00:00+00', 0.25, 0.25, 100000, 110000, 130000, 'USD', 10, 5, 12, 40, '1', 'h8'),
('p9', 'cv9', 1, 'j1', 's9', '2026-04-15 03:00+00', '2026-04-15 00:00+00', '2026-04-15 00:00+00', 0.25, 0.25, 100000, 110000, 130000, 'USD', 10, 5, 12, 40, '1', 'h9');

insert into ops.model_evaluations (model_version, target, trained_at, is_trained, training_rows, evaluation_rows, metrics, confusion_matrix, data_snapshot, code_version) values
('1', 'interview_probability', '2026-04-05 00:00+00', true, 900, 100, '{"accuracy": {"value": 0.9, "low": 0.85, "high": 0.95}, "accuracy_base_rate": {"value": 0.8, "low": 0.75, "high": 0.85}, "auc": {"value": null, "low": null, "high": null}}', '{"threshold": 0.5, "true_positive": 15, "false_positive": 5, "true_negative": 75, "false_negative": 5}', 'snap', 'abc'),
('2', 'interview_probability', '2026-05-31 00:00+00', true, 950, 100, '{}', null, 'snap', 'abc'),
('2', 'time_to_hire', '2026-05-31 00:00+00', false, 10, 2, '{"reason": "too few offers"}', null, 'snap', 'abc');

insert into ops.promotions (decision_id, from_version, to_version, is_promoted, reasons, decided_by, decided_at) values
('d1', null, '1', true, '{}', 'gate', '2026-04-05 01:00+00'),
('d2', '1', '2', true, '[{"rule": "minimum_accuracy", "value": 0.9}, {"rule": "not_worse_than_champion", "value": 0.02, "low": -0.01, "high": 0.05}]', 'gate', '2026-05-31 01:00+00');

insert into ops.drift (drift_run_id, feature, test, score, threshold, is_drifted, sample_size, model_version, checked_at) values
('r1', 'word_count', 'wasserstein', 0.05, 0.1, false, 100, '1', '2026-04-10 00:00+00'),
('r1', 'skills', 'wasserstein', 0.05, 0.1, false, 100, '1', '2026-04-10 00:00+00'),
('r2', 'word_count', 'wasserstein', 0.2, 0.1, true, 100, '1', '2026-05-10 00:00+00'),
('r2', 'skills', 'wasserstein', 0.05, 0.1, false, 100, '1', '2026-05-10 00:00+00');
