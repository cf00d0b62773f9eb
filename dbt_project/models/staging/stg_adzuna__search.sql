{#- An ad that has only its country for a place tells no town. -#}
{%- set is_in_country = json_text('record', 'location', 'area', '1') ~ ' is not null' -%}

{{ stage_posting(
    'adzuna', 'search',
    job_id=json_text('record', 'country') ~ " || '-' || " ~ json_text('record', 'id'),
    title=json_text('record', 'title'),
    company_name=json_text('record', 'company', 'display_name'),
    location="case when " ~ is_in_country ~ " then " ~ json_text('record', 'location', 'display_name') ~ " end",
    country=json_text('record', 'country'),
    region=json_text('record', 'location', 'area', '1'),
    industry=json_text('record', 'category', 'label'),
    posted_at=safe_instant(json_text('record', 'created')),
    salary_min=safe_number(json_text('record', 'salary_min')),
    salary_max=safe_number(json_text('record', 'salary_max')),
    currency=json_text('record', 'currency'),
    salary_period="'year'",
    salary_basis="case " ~ json_text('record', 'salary_is_predicted') ~ " when '0' then 'posted' else 'modelled' end",
) }}
