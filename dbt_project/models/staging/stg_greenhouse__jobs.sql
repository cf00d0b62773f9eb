{#- A range in cents says no period: what can be pay for a year is taken for that, anything less for nothing. -#}
{%- set pay = {
    'path': 'pay_input_ranges[*]', 'low': 'min_cents', 'high': 'max_cents', 'currency': 'currency_type',
    'period': "'year'", 'unit': 100, 'least_a_year': 10000,
    'is_pay': json_text('pay_range', 'title') ~ " is null or " ~ json_text('pay_range', 'title') ~ " !~* '\m(equity|stock|rsu|bonus|commission)'",
} -%}

{{ stage_posting(
    'greenhouse', 'jobs',
    job_id="concat_ws('/', " ~ json_text('record', 'board') ~ ", " ~ json_text('record', 'id') ~ ")",
    title=json_text('record', 'title'),
    company_name="coalesce(" ~ json_text('record', 'company_name') ~ ", " ~ company_of_board(json_text('record', 'board')) ~ ")",
    source_company_id=json_text('record', 'board'),
    location=json_text('record', 'location', 'name'),
    posted_at=safe_instant(json_text('record', 'first_published')),
    salary_min=pay_of_ranges('low', **pay),
    salary_max=pay_of_ranges('high', **pay),
    currency=pay_of_ranges('currency', **pay),
    salary_period=pay_of_ranges('period', **pay),
    updated_at=safe_instant(json_text('record', 'updated_at')),
) }}
