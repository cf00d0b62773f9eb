{%- set pay = {
    'low': safe_number(json_text('record', 'salaryRange', 'min')),
    'high': safe_number(json_text('record', 'salaryRange', 'max')),
    'period': json_text('record', 'salaryRange', 'interval'),
} -%}

{{ stage_posting(
    'lever', 'postings',
    job_id="concat_ws('/', " ~ json_text('record', 'instance') ~ ", " ~ json_text('record', 'site') ~ ", " ~ json_text('record', 'id') ~ ")",
    title=json_text('record', 'text'),
    company_name=company_of_board(json_text('record', 'site')),
    source_company_id=json_text('record', 'site'),
    location=json_text('record', 'categories', 'location'),
    country=json_text('record', 'country'),
    workplace=workplace_word(json_text('record', 'workplaceType')),
    posted_at=epoch_millis_instant(json_text('record', 'createdAt')),
    salary_min=believable_pay(pay.low, **pay),
    salary_max=believable_pay(pay.high, **pay),
    currency=json_text('record', 'salaryRange', 'currency'),
    salary_period=pay.period,
) }}
