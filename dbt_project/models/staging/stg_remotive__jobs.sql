{#- Several places ("Europe, UK") tell no country for sure: only a single one is taken for a place. -#}
{%- set place = json_text('record', 'candidate_required_location') -%}
{%- set pay = json_text('record', 'salary') -%}

{{ stage_posting(
    'remotive', 'jobs',
    job_id=json_text('record', 'id'),
    title=json_text('record', 'title'),
    company_name=json_text('record', 'company_name'),
    location="case when " ~ place ~ " not like '%,%' then " ~ place ~ " end",
    city="cast(null as text)",
    is_remote="true",
    posted_at=safe_instant(json_text('record', 'publication_date')),
    salary_min=pay_text(pay, 'low'),
    salary_max=pay_text(pay, 'high'),
    currency=pay_text(pay, 'currency'),
    salary_period=pay_text(pay, 'period'),
    skills_told=json_text_array('record', 'tags'),
) }}
