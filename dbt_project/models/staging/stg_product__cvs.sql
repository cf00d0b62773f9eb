{{ config(indexes=[{'columns': ['cv_id', 'cv_version']}, {'columns': ['subject_id']}]) }}

with source as (

    {{ accepted_versions('product', 'cvs') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        landed_at,
        known_at,
        {{ json_text('record', 'cvId') }} as cv_id,
        {{ safe_integer(json_text('record', 'version')) }} as cv_version,
        {{ json_text('record', 'subject_id') }} as subject_id,
        {{ safe_instant(json_text('record', 'updatedAt')) }} as updated_at,
        {{ json_text('record', 'targetIndustry') }} as target_industry,
        upper({{ json_text('record', 'targetRegion') }}) as target_region,
        lower(left({{ json_text('record', 'language') }}, 2)) as language,
        {{ safe_integer(json_text('record', 'measures', 'word_count')) }} as word_count,
        {{ safe_integer(json_text('record', 'measures', 'sections_count')) }} as sections_count,
        {{ safe_integer(json_text('record', 'measures', 'job_changes')) }} as job_changes,
        {{ safe_integer(json_text('record', 'measures', 'technical_skills_count')) }} as technical_skills_count,
        {{ safe_integer(json_text('record', 'measures', 'soft_skills_count')) }} as soft_skills_count,
        {{ safe_integer(json_text('record', 'measures', 'education_level')) }} as education_level,
        {{ safe_integer(json_text('record', 'measures', 'languages_count')) }} as languages_count,
        {{ safe_integer(json_text('record', 'measures', 'certifications_count')) }} as certifications_count,
        {{ safe_integer(json_text('record', 'measures', 'volunteering_count')) }} as volunteering_count,
        {{ safe_integer(json_text('record', 'measures', 'quantified_achievements_count')) }} as quantified_achievements_count,
        {{ safe_number(json_text('record', 'measures', 'formatting_score')) }} as formatting_score,
        {{ safe_number(json_text('record', 'measures', 'total_experience')) }} as total_experience,
        {{ safe_number(json_text('record', 'measures', 'career_read_share')) }} as career_read_share,
        {{ safe_number(json_text('record', 'measures', 'average_tenure')) }} as average_tenure,
        {{ safe_number(json_text('record', 'measures', 'career_progression')) }} as career_progression,
        {{ safe_number(json_text('record', 'measures', 'skill_diversity')) }} as skill_diversity,
        {{ safe_number(json_text('record', 'measures', 'relevant_education')) }} as relevant_education,
        {{ safe_number(json_text('record', 'measures', 'longest_gap_months')) }} as longest_gap_months,
        {{ safe_number(json_text('record', 'measures', 'months_since_last_job')) }} as months_since_last_job,
        {{ json_text('record', 'measures', 'last_title') }} as last_title,
        {{ json_text('record', 'wanted_title') }} as wanted_title,
        {{ json_text_array('record', 'skills', 'technical') }} as technical_skills,
        {{ json_text_array('record', 'skills', 'soft') }} as soft_skills,
        {{ json_text_array('record', 'skills', 'languages') }} as languages,
        {{ json_text_array('record', 'titles') }} as titles
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    cv_id,
    cv_version,
    subject_id,
    updated_at,
    target_industry,
    target_region,
    language,
    word_count,
    sections_count,
    job_changes,
    technical_skills_count,
    soft_skills_count,
    education_level,
    languages_count,
    certifications_count,
    volunteering_count,
    quantified_achievements_count,
    formatting_score,
    total_experience,
    career_read_share,
    average_tenure,
    career_progression,
    skill_diversity,
    relevant_education,
    longest_gap_months,
    months_since_last_job,
    last_title,
    wanted_title,
    technical_skills,
    soft_skills,
    languages,
    titles,
    known_at,
    {{ known_until(['cv_id', 'cv_version'], ['updated_at']) }} as known_until
from renamed
