{%- set pay = {
    'path': 'compensation.compensationTiers[*].components[*]', 'low': 'minValue', 'high': 'maxValue', 'currency': 'currencyCode',
    'period': json_text('pay_range', 'interval'), 'is_pay': json_text('pay_range', 'compensationType') ~ " = 'Salary'",
} -%}

{{ stage_posting(
    'ashby', 'jobs',
    job_id="concat_ws('/', " ~ json_text('record', 'board') ~ ", " ~ json_text('record', 'id') ~ ")",
    title=json_text('record', 'title'),
    company_name=company_of_board(json_text('record', 'board')),
    source_company_id=json_text('record', 'board'),
    location=json_text('record', 'location'),
    country=json_text('record', 'address', 'postalAddress', 'addressCountry'),
    region=json_text('record', 'address', 'postalAddress', 'addressRegion'),
    city=json_text('record', 'address', 'postalAddress', 'addressLocality'),
    is_remote=safe_boolean(json_text('record', 'isRemote')),
    workplace=workplace_word(json_text('record', 'workplaceType')),
    posted_at=safe_instant(json_text('record', 'publishedAt')),
    salary_min=pay_of_ranges('low', **pay),
    salary_max=pay_of_ranges('high', **pay),
    currency=pay_of_ranges('currency', **pay),
    salary_period=pay_of_ranges('period', **pay),
) }}
