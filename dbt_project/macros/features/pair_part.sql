{#
    How each example's CV fits its job, both as known at the example's instant, and what the CV measures.
    `spine`: a relation with example_id, cv_id, cv_version (null: the newest), job_id, feature_at.
    Gives example_id, seen_cv_version, the features of group `cv` and those of group `pair`.
#}
{% macro cv_measures() -%}
    {{ return([
        'word_count', 'sections_count', 'formatting_score', 'total_experience', 'career_read_share',
        'job_changes', 'average_tenure', 'career_progression', 'technical_skills_count', 'soft_skills_count', 'skill_diversity', 'education_level',
        'relevant_education', 'longest_gap_months', 'months_since_last_job', 'languages_count',
        'certifications_count', 'volunteering_count', 'quantified_achievements_count',
    ]) }}
{%- endmacro %}

{% macro pair_part(spine) %}
    select
        spine.example_id,
        cv.cv_version as seen_cv_version,
        {% for measure in cv_measures() -%}
        cv.{{ measure }}::double precision as {{ measure }},
        {% endfor -%}
        {{ days_between('cv.updated_at', 'spine.feature_at') }} as days_since_cv_update,
        {{ shared_share('job.skills_required', 'cv.skills') }} as required_skills_held_share,
        {{ shared_share('job.skills_preferred', 'cv.skills') }} as preferred_skills_held_share,
        case
            when cv.cv_id is not null
                then cardinality(job.skills_required) - {{ shared_count('job.skills_required', 'cv.skills') }}
        end::double precision as required_skills_missing_count,
        cv.total_experience - job.years_required as experience_minus_required,
        cv.education_level::double precision - job.education_level_required as education_minus_required,
        {{ seniority_rank('job.seniority') }} - {{ experience_rank('cv.total_experience') }} as seniority_gap,
        case
            when cv.cv_id is not null and job.job_id is not null
                then {{ shared_count('job.skills_required', 'cv.skills') }}
        end::double precision as required_skills_held_count,
        case
            when cv.cv_id is not null
                then cardinality(job.skills_preferred) - {{ shared_count('job.skills_preferred', 'cv.skills') }}
        end::double precision as preferred_skills_missing_count,
        case when cv.cv_id is not null then asked_skills.held_rarity / nullif(asked_skills.rarity, 0) end::double precision
            as required_skills_held_rarity_share,
        asked_skills.emerging_share as emerging_skills_asked_share,
        held_skills.emerging_share as emerging_skills_held_share,
        held_skills.declining_share as declining_skills_held_share,
        {{ shared_share('job.title_words', 'cv.title_words') }} as title_likeness,
        {{ shared_share('job.title_words', 'cv.last_title_words') }} as last_title_likeness,
        greatest(
            {{ occupation_likeness('job.occupation_id', 'cv.last_occupation_id') }},
            {{ occupation_likeness('job.occupation_id', 'cv.wanted_occupation_id') }}
        ) as occupation_likeness,
        cv.target_industry_id = job.industry_id as is_industry_match,
        cv.target_region = job.country as is_region_match,
        cv.languages && string_to_array(region.languages || '|' || region.language_names, '|')
            or cv.language = any(string_to_array(region.languages, '|')) as is_language_match,
        cv.language = job.text_language
            or cv.languages && array(
                select spoken.language_name from {{ ref('languages') }} as spoken
                where spoken.language = job.text_language
                union all
                select job.text_language
            ) as is_text_language_spoken
    from {{ spine }} as spine
    left join lateral (
        -- The version that the person applied with or, where it was not known yet, the newest one before it.
        select version.*
        from {{ ref('int_cvs') }} as version
        where
            version.cv_id = spine.cv_id
            and (spine.cv_version is null or version.cv_version <= spine.cv_version)
            and {{ as_of('version', 'spine.feature_at') }}
        order by version.cv_version desc
        limit 1
    ) as cv on true
    {{ as_of_join(ref('int_jobs'), 'job', 'spine', ['job_id']) }}
    left join {{ ref('regions') }} as region
        on job.country = region.country
    left join lateral (
        {{ skills_in_demand('job.skills_required', 'spine', 'job', held='cv.skills') }}
    ) as asked_skills on true
    left join lateral (
        {{ skills_in_demand('cv.skills', 'spine', 'job') }}
    ) as held_skills on true
{% endmacro %}
