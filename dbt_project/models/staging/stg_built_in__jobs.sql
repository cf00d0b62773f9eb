{#- Pay stands in its own fields or, more often, in a text that enrichment reads. Without a currency it is US dollars. -#}
{%- set is_told = 'coalesce(' ~ json_text('record', 'salaryMin') ~ ', ' ~ json_text('record', 'salaryMax') ~ ') is not null' -%}

{{ stage_posting(
    'built_in', 'jobs',
    job_id=json_text('record', 'id'),
    title=json_text('record', 'title'),
    company_name=json_text('record', 'company', 'name'),
    source_company_id=json_text('record', 'company', 'id'),
    location=json_text('record', 'location'),
    industry=json_text('record', 'categories', '0'),
    workplace=workplace_word(json_text('record', 'workType')),
    posted_at=safe_instant(json_text('record', 'postedAt')),
    closed_at=safe_instant(json_text('record', 'closedAt')),
    salary_min=safe_number(json_text('record', 'salaryMin')),
    salary_max=safe_number(json_text('record', 'salaryMax')),
    currency="coalesce(" ~ json_text('record', 'salaryCurrency') ~ ", case when " ~ is_told ~ " then 'USD' end)",
    salary_period=json_text('record', 'salaryPeriod'),
    skills_told=json_text_array('record', 'skills'),
    updated_at=safe_instant(json_text('record', 'updatedAt')),
) }}
