{#-
    Pay stands in its own fields or, more often, in a text. Fields without a currency tell nothing: enrichment reads the text
    beside them, with the country that the place tells. `categories` are what the job is about, not the employer's trade.
-#}
{%- set currency = json_text('record', 'salaryCurrency') -%}

{{ stage_posting(
    'built_in', 'jobs',
    job_id=json_text('record', 'id'),
    title=json_text('record', 'title'),
    company_name=json_text('record', 'company', 'name'),
    source_company_id=json_text('record', 'company', 'id'),
    location=json_text('record', 'location'),
    workplace=workplace_word(json_text('record', 'workType')),
    posted_at=safe_instant(json_text('record', 'postedAt')),
    closed_at=safe_instant(json_text('record', 'closedAt')),
    salary_min="case when " ~ currency ~ " is not null then " ~ safe_number(json_text('record', 'salaryMin')) ~ " end",
    salary_max="case when " ~ currency ~ " is not null then " ~ safe_number(json_text('record', 'salaryMax')) ~ " end",
    currency=currency,
    salary_period=json_text('record', 'salaryPeriod'),
    skills_told=json_text_array('record', 'skills'),
    updated_at=safe_instant(json_text('record', 'updatedAt')),
) }}
