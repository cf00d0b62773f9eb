{#
    All that a model may know of an example, as known at its instant. Training and scoring call this one macro with
    another spine, so that they cannot differ.
    `spine`: name of a relation or CTE with example_id, application_id, subject_id, cv_id, cv_version, job_id, feature_at.
    Gives example_id, country, industry_id, the version of the CV that was seen, and every feature that the registry calls a model input.
#}
{% macro example_features(spine) %}
    select
        job_part.example_id,
        job_part.country,
        job_part.industry_id,
        pair_part.seen_cv_version,
        {% for column in example_feature_columns() -%}
        {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ spine }} as spine
    inner join ({{ job_part(spine) }}) as job_part on spine.example_id = job_part.example_id
    inner join ({{ pair_part(spine) }}) as pair_part on spine.example_id = pair_part.example_id
    inner join ({{ temporal_part(spine) }}) as temporal_part on spine.example_id = temporal_part.example_id
    left join {{ ref('market_features') }} as market_part
        on
            job_part.occupation_id = market_part.occupation_id
            and job_part.country = market_part.country
            and {{ utc_week('spine.feature_at') }} = market_part.week_start_date + 7
    left join {{ ref('user_behavior_features') }} as behavior_part
        on
            spine.subject_id = behavior_part.subject_id
            and {{ utc_date('spine.feature_at') }} = behavior_part.activity_date
{% endmacro %}

{# The columns of the features that examples carry, in order; the YAML of the group tables says what each means. #}
{% macro example_feature_columns(prefix=none) -%}
    {%- set columns = [] -%}
    {%- for measure in cv_measures() -%}{%- do columns.append('pair_part.' ~ measure) -%}{%- endfor -%}
    {%- for name in job_feature_names() -%}{%- do columns.append('job_part.' ~ name) -%}{%- endfor -%}
    {%- for name in market_feature_names() -%}{%- do columns.append('market_part.' ~ name) -%}{%- endfor -%}
    {%- for name in ['weekday', 'week_of_year', 'days_since_last_application', 'season_hiring_index'] -%}
        {%- do columns.append('temporal_part.' ~ name) -%}
    {%- endfor -%}
    {%- for name in ['days_since_posted', 'days_until_close'] -%}{%- do columns.append('job_part.' ~ name) -%}{%- endfor -%}
    {%- do columns.append('pair_part.days_since_cv_update') -%}
    {%- for name in behavior_feature_names() -%}{%- do columns.append('behavior_part.' ~ name) -%}{%- endfor -%}
    {%- for name in pair_feature_names() -%}{%- do columns.append('pair_part.' ~ name) -%}{%- endfor -%}
    {%- if prefix is none -%}{{ return(columns) }}{%- endif -%}
    {%- set prefixed = [] -%}
    {%- for column in columns -%}{%- do prefixed.append(prefix ~ '.' ~ column.split('.')[1]) -%}{%- endfor -%}
    {{ return(prefixed) }}
{%- endmacro %}

{% macro job_feature_names() -%}
    {{ return([
        'posting_source', 'occupation_group', 'seniority', 'seniority_rank', 'is_remote', 'has_posted_pay',
        'posted_pay_usd', 'posted_pay_spread', 'posted_pay_percentile', 'occupation_median_pay_usd',
        'pay_to_occupation_median', 'required_skills_count', 'preferred_skills_count', 'years_required',
        'education_level_required', 'posting_word_count', 'is_company_described', 'company_size',
        'company_rating', 'company_funding_usd', 'company_funding_stage', 'company_age_years', 'applicants_so_far',
        'posting_language', 'is_repost', 'boards_count', 'region_employment_share', 'pay_to_market_median',
        'applicants_per_day_so_far', 'job_answered_share_so_far', 'job_interviews_so_far',
        'employer_applications_so_far', 'employer_answered_rate', 'employer_interview_rate', 'employer_median_days_to_answer',
    ]) }}
{%- endmacro %}

{% macro market_feature_names() -%}
    {{ return([
        'market_open_postings', 'market_new_postings', 'market_closed_postings', 'market_median_days_open',
        'market_applicants_per_posting', 'market_candidates_per_posting', 'market_median_pay_usd',
        'market_pay_change', 'market_skills_asked', 'market_employment',
    ]) }}
{%- endmacro %}

{% macro pair_feature_names() -%}
    {{ return([
        'required_skills_held_share', 'preferred_skills_held_share', 'required_skills_missing_count',
        'experience_minus_required', 'education_minus_required', 'seniority_gap', 'title_likeness',
        'last_title_likeness', 'occupation_likeness', 'is_industry_match', 'is_region_match', 'is_language_match',
        'is_text_language_spoken', 'required_skills_held_count', 'preferred_skills_missing_count',
        'required_skills_held_rarity_share', 'emerging_skills_asked_share', 'emerging_skills_held_share',
        'declining_skills_held_share',
    ]) }}
{%- endmacro %}

{% macro behavior_windows() -%} {{ return([7, 28, 90]) }} {%- endmacro %}

{% macro behavior_feature_names() -%}
    {%- set names = [] -%}
    {%- for days in behavior_windows() -%}
        {%- for what in ['active_days', 'cv_analyses', 'cv_edits', 'applications', 'replies', 'prediction_requests', 'features_used'] -%}
            {%- do names.append(what ~ '_' ~ days ~ 'd') -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names + ['previous_applications', 'previous_interviews', 'previous_offers', 'interviews_per_application',
        'own_answered_rate_90d', 'own_interview_rate_90d', 'plan', 'is_trial', 'tenure_days']) }}
{%- endmacro %}

{#
    What tells whether there is news of an example: a hash over its features, less those that move with the clock alone
    or with what everybody else does (else every pair would be news every day), and over `origins`, what these are measured from.
#}
{% macro evidence_hash(prefix, origins) -%}
    {%- set moving = moving_feature_names() -%}
    {%- set evidence = [prefix ~ '.country', prefix ~ '.industry_id'] -%}
    {%- for column in example_feature_columns(prefix=prefix) if column.split('.')[1] not in moving -%}
        {%- do evidence.append(column) -%}
    {%- endfor -%}
    {{ surrogate_key(evidence + origins) }}
{%- endmacro %}
