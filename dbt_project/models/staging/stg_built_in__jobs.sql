{#- Pay stands in its own fields or, more often, in a text; a mixture of kinds of work says nothing of remote work. -#}
{%- set pay = json_text('record', 'salaryText') -%}
{%- set is_told = 'coalesce(' ~ json_text('record', 'salaryMin') ~ ', ' ~ json_text('record', 'salaryMax') ~ ') is not null' -%}

{{ stage_posting(
    'built_in', 'jobs',
    job_id=json_text('record', 'id'),
    title=json_text('record', 'title'),
    company_name=json_text('record', 'company', 'name'),
    source_company_id=json_text('record', 'company', 'id'),
    location=json_text('record', 'location'),
    industry=json_text('record', 'categories', '0'),
    is_remote="case " ~ json_text('record', 'workType') ~ " when 'Remote' then true when 'In-Office' then false end",
    posted_at=safe_instant(json_text('record', 'postedAt')),
    closed_at=safe_instant(json_text('record', 'closedAt')),
    salary_min="case when " ~ is_told ~ " then " ~ safe_number(json_text('record', 'salaryMin')) ~ " else "
        ~ pay_text(pay, 'low') ~ " end",
    salary_max="case when " ~ is_told ~ " then " ~ safe_number(json_text('record', 'salaryMax')) ~ " else "
        ~ pay_text(pay, 'high') ~ " end",
    currency="coalesce(" ~ json_text('record', 'salaryCurrency') ~ ", " ~ pay_text(pay, 'currency') ~ ", 'USD')",
    salary_period="case when " ~ is_told ~ " then " ~ json_text('record', 'salaryPeriod') ~ " else "
        ~ pay_text(pay, 'period') ~ " end",
    skills_told=json_text_array('record', 'skills'),
    updated_at=safe_instant(json_text('record', 'updatedAt')),
) }}
