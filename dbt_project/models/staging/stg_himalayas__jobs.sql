{#-
    The data dictionary and the answers differ: milliseconds or seconds, objects or names as places. Both are read, so
    that a correction of either breaks nothing.
    Several places tell no country for sure: only a single one is taken for a place. None at all means worldwide.
-#}
{%- set instant_of = {} -%}
{%- for field in ['pubDate', 'expiryDate'] -%}
    {%- set number = json_text('record', field) -%}
    {%- do instant_of.update({
        field: "case when abs(" ~ safe_number(number) ~ ") >= 100000000000 then " ~ epoch_millis_instant(number)
            ~ " else " ~ epoch_instant(number) ~ " end"
    }) -%}
{%- endfor -%}
{%- set first_place = json_text('record', 'locationRestrictions', '0') -%}
{%- set second_place = json_text('record', 'locationRestrictions', '1') -%}
{%- set place_name = 'coalesce(' ~ json_text('record', 'locationRestrictions', '0', 'name') ~ ', ' ~ first_place ~ ')' -%}
{%- set place_code = 'coalesce(' ~ json_text('record', 'locationRestrictions', '0', 'alpha2') ~ ', ' ~ place_name ~ ')' -%}
{%- set pay = {
    'low': safe_number(json_text('record', 'minSalary')),
    'high': safe_number(json_text('record', 'maxSalary')),
    'period': "coalesce(replace(" ~ json_text('record', 'salaryPeriod') ~ ", 'fortnightly', 'bi-weekly'), 'annual')",
} -%}

{{ stage_posting(
    'himalayas', 'jobs',
    job_id=json_text('record', 'guid'),
    title=json_text('record', 'title'),
    company_name="nullif(" ~ json_text('record', 'companyName') ~ ", 'name')",
    source_company_id=json_text('record', 'companySlug'),
    location="case when " ~ json_text('record', 'locationRestrictions') ~ " = '[]' then 'Worldwide' when " ~ second_place
        ~ " is null then " ~ place_name ~ " end",
    country="case when " ~ second_place ~ " is null then " ~ place_code ~ " end",
    is_remote="true",
    posted_at=instant_of.pubDate,
    closed_at=instant_of.expiryDate,
    salary_min=believable_pay(pay.low, **pay),
    salary_max=believable_pay(pay.high, **pay),
    currency=json_text('record', 'currency'),
    salary_period="case when coalesce(" ~ pay.low ~ ", " ~ pay.high ~ ") is not null then " ~ pay.period ~ " end",
    skills_told=json_text_array('record', 'categories'),
) }}
