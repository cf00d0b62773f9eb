{#
    What was known of each example's job, its company and its pay at the example's instant.
    `spine`: a relation with example_id, subject_id, job_id, feature_at.
    Gives example_id and the features of group `job`.
#}
{% macro job_part(spine) %}
    select
        spine.example_id,
        job.source as posting_source,
        job.occupation_id,
        left(job.occupation_id, 2) as occupation_group,
        job.industry_id,
        job.country,
        job.seniority,
        {{ seniority_rank('job.seniority') }} as seniority_rank,
        job.is_remote,
        case
            when job.job_id is not null then job.salary_min_usd is not null or job.salary_max_usd is not null
        end as has_posted_pay,
        pay.posted_pay_usd,
        (job.salary_max_usd - job.salary_min_usd) / nullif(pay.posted_pay_usd, 0) as posted_pay_spread,
        {{ pay_percentile('pay.posted_pay_usd', 'official') }} as posted_pay_percentile,
        official.p50_usd as occupation_median_pay_usd,
        pay.posted_pay_usd / nullif(official.p50_usd, 0) as pay_to_occupation_median,
        cardinality(job.skills_required)::double precision as required_skills_count,
        cardinality(job.skills_preferred)::double precision as preferred_skills_count,
        job.years_required::double precision as years_required,
        job.education_level_required::double precision as education_level_required,
        job.word_count::double precision as posting_word_count,
        job.text_language as posting_language,
        job.is_repost,
        job.boards_count::double precision as boards_count,
        case when official.weight > 1 and national.weight > 1 then official.weight / national.weight end
            as region_employment_share,
        pay.posted_pay_usd / nullif(market.market_median_pay_usd, 0) as pay_to_market_median,
        case
            when job.job_id is not null then greatest({{ days_between('job.posted_at', 'spine.feature_at') }}, 0)
        end as days_since_posted,
        {{ days_between('spine.feature_at', 'job.closed_at') }} as days_until_close,
        case when job.job_id is not null then company.company_id is not null end as is_company_described,
        company.size_min::double precision as company_size,
        company.rating as company_rating,
        company.funding_total_usd::double precision as company_funding_usd,
        company.funding_stage as company_funding_stage,
        {{ days_between(utc_midnight('company.founded_date'), 'spine.feature_at') }} / 365.25 as company_age_years,
        others.job_applications as applicants_so_far,
        case
            when job.posted_at is not null
                then others.job_applications / greatest({{ days_between('job.posted_at', 'spine.feature_at') }}, 1)
        end as applicants_per_day_so_far,
        others.job_answered / nullif(others.job_applications, 0) as job_answered_share_so_far,
        others.job_interviewed as job_interviews_so_far,
        others.employer_applications as employer_applications_so_far,
        {{ shrunken_share(
            'others.employer_answered', 'others.employer_applications', 'everybody', 'answered_applications',
            var('employer_prior_applications')
        ) }} as employer_answered_rate,
        {{ shrunken_share(
            'others.employer_interviewed', 'others.employer_applications', 'everybody', 'interviewed_applications',
            var('employer_prior_applications')
        ) }} as employer_interview_rate,
        latest.employer_median_days_to_answer
    from {{ spine }} as spine
    {{ as_of_join(ref('int_jobs'), 'job', 'spine', ['job_id']) }}
    left join lateral (
        select
            (coalesce(job.salary_min_usd, job.salary_max_usd) + coalesce(job.salary_max_usd, job.salary_min_usd)) / 2
                as posted_pay_usd
    ) as pay on true
    left join {{ ref('int_companies') }} as company
        on job.company_id = company.company_id and {{ as_of('company', 'spine.feature_at') }}
    left join lateral (
        -- The newest survey known then; the state's own figures before the country's.
        select observation.*
        from {{ ref('int_pay_observations') }} as observation
        where
            observation.basis = 'official_statistic'
            and observation.occupation_id = job.occupation_id
            and observation.country = job.country
            and (observation.region = job.region or observation.region is null)
            and {{ as_of('observation', 'spine.feature_at') }}
        order by observation.observed_date desc nulls last, observation.region nulls last, observation.observation_id
        limit 1
    ) as official on true
    left join lateral (
        -- The same survey's word on the whole country.
        select observation.weight
        from {{ ref('int_pay_observations') }} as observation
        where
            official.region is not null
            and observation.basis = 'official_statistic'
            and observation.occupation_id = job.occupation_id
            and observation.country = job.country
            and observation.region is null
            and observation.observed_date = official.observed_date
            and {{ as_of('observation', 'spine.feature_at') }}
        order by observation.observation_id
        limit 1
    ) as national on true
    left join {{ ref('market_features') }} as market
        on
            job.occupation_id = market.occupation_id
            and job.country = market.country
            and {{ utc_week('spine.feature_at') }} = market.week_start_date + 7
    {{ answer_counts_join('of_job', 'job', 'job.job_id', 'spine.feature_at') }}
    {{ answer_counts_join('of_employer', 'employer', 'job.company_id', 'spine.feature_at') }}
    {{ answer_counts_join('everybody', 'all', "'all'", 'spine.feature_at') }}
    {{ others_answers_join('others', 'spine', 'job', 'of_job', 'of_employer') }}
    {{ latest_answers_join('latest', 'spine', 'of_employer') }}
{% endmacro %}
