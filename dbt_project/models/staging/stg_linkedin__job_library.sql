{#- The closing time has two names, and 0 is none. -#}
{%- set closed = "nullif(coalesce(" ~ json_text('record', 'jobDetails', 'jobClosedTimeInMilliseconds') ~ ", "
    ~ json_text('record', 'jobDetails', 'jobCloseTimeInMilliseconds') ~ "), '0')" -%}

{{ stage_posting(
    'linkedin', 'job_library',
    job_id="substring(" ~ json_text('record', 'jobPostingUrl') ~ " from '([0-9]+)/?$')",
    title=json_text('record', 'jobDetails', 'jobTitle'),
    company_name=json_text('record', 'jobDetails', 'organizationName'),
    source_company_id="substring(" ~ json_text('record', 'jobDetails', 'organizationUrl') ~ " from '([0-9]+)/?$')",
    location=json_text('record', 'jobDetails', 'jobLocation'),
    posted_at=epoch_millis_instant(json_text('record', 'jobDetails', 'jobListTimeInMilliseconds')),
    closed_at=epoch_millis_instant(closed),
    salary_min=safe_number(json_text('record', 'jobDetails', 'jobSalaryRange', 'minBaseSalary')),
    salary_max=safe_number(json_text('record', 'jobDetails', 'jobSalaryRange', 'maxBaseSalary')),
    currency=json_text('record', 'jobDetails', 'jobSalaryRange', 'currencyCode'),
    salary_period="lower(replace(" ~ json_text('record', 'jobDetails', 'jobSalaryRange', 'payPeriod')
        ~ ", 'CompensationPeriod_', ''))",
) }}
