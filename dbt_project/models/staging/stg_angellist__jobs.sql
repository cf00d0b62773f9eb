{#- Nobody says what period pay is for: a full-time job's is a year's, an intern's may be a month's. -#}
{{ stage_posting(
    'angellist', 'jobs',
    job_id=json_text('record', 'id'),
    title=json_text('record', 'title'),
    company_name=json_text('record', 'startup', 'name'),
    source_company_id=json_text('record', 'startup', 'id'),
    location=json_first_match('record', 'tags', 'tag_type', 'LocationTag', 'name'),
    city=json_first_match('record', 'tags', 'tag_type', 'LocationTag', 'display_name'),
    is_remote=safe_boolean(json_text('record', 'remote_ok')),
    posted_at=safe_instant(json_text('record', 'created_at')),
    salary_min=safe_number(json_text('record', 'salary_min')),
    salary_max=safe_number(json_text('record', 'salary_max')),
    currency=json_text('record', 'currency_code'),
    salary_period="case " ~ json_text('record', 'job_type') ~ " when 'full-time' then 'year' else 'unknown' end",
    skills_told=json_matches('record', 'tags', 'tag_type', 'SkillTag', 'name'),
    updated_at=safe_instant(json_text('record', 'updated_at')),
) }}
