{#- Pay counts when its currency is written; a place without a comma may be a country or a continent as well. -#}
{%- set pay = json_text('record', 'pay') -%}
{%- set place = json_text('record', 'location') -%}
{%- set has_currency = pay_text(pay, 'currency') ~ ' is not null' -%}

{{ stage_posting(
    'hacker_news_who_is_hiring', 'jobs',
    job_id=json_text('record', 'objectID'),
    title=json_text('record', 'role'),
    company_name=json_text('record', 'company'),
    location=place,
    city="case when " ~ place ~ " like '%,%' then " ~ city_of_location(place) ~ " end",
    is_remote=safe_boolean(json_text('record', 'is_remote')),
    posted_at=safe_instant(json_text('record', 'created_at')),
    closed_at="case when " ~ json_text('record', 'is_deleted') ~ " = 'true' then "
        ~ safe_instant(json_text('record', 'created_at')) ~ " end",
    salary_min="case when " ~ has_currency ~ " then " ~ pay_text(pay, 'low') ~ " end",
    salary_max="case when " ~ has_currency ~ " then " ~ pay_text(pay, 'high') ~ " end",
    currency=pay_text(pay, 'currency'),
    salary_period=pay_text(pay, 'period'),
    version_order=['closed_at'],
) }}
