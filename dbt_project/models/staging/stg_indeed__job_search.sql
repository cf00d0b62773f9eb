{#- Pay is what the employer says, and Indeed's own estimate only where the employer says nothing. -#}
{%- set stated = json_part('record', 'job', 'compensation', 'baseSalary') -%}
{%- set guessed = json_part('record', 'job', 'compensation', 'estimated', 'baseSalary') -%}
{%- set is_stated = 'coalesce(' ~ json_text(stated, 'range', 'min') ~ ', ' ~ json_text(stated, 'range', 'max') ~ ') is not null' -%}
{%- set pay = '(case when ' ~ is_stated ~ ' then ' ~ stated ~ ' else ' ~ guessed ~ ' end)' -%}

{{ stage_posting(
    'indeed', 'job_search',
    job_id=json_text('record', 'job', 'key'),
    title=json_text('record', 'job', 'title'),
    company_name=json_text('record', 'job', 'employer', 'name'),
    source_company_id=json_text('record', 'job', 'employer', 'relativeCompanyPageUrl'),
    location=json_text('record', 'job', 'location', 'formatted', 'long'),
    country=json_text('record', 'job', 'location', 'countryCode'),
    region=json_text('record', 'job', 'location', 'admin1Code'),
    city=json_text('record', 'job', 'location', 'city'),
    industry="replace(regexp_replace(" ~ json_text('record', 'job', 'employer', 'dossier', 'employerDetails', 'industry')
        ~ ", '^Iv1_?', ''), '_', ' ')",
    posted_at=epoch_millis_instant(json_text('record', 'job', 'datePublished')),
    salary_min=safe_number(json_text(pay, 'range', 'min')),
    salary_max=safe_number(json_text(pay, 'range', 'max')),
    currency="coalesce(" ~ json_text('record', 'job', 'compensation', 'currencyCode') ~ ", "
        ~ json_text('record', 'job', 'compensation', 'estimated', 'currencyCode') ~ ")",
    salary_period="lower(" ~ json_text(pay, 'unitOfWork') ~ ")",
    salary_basis="case when " ~ is_stated ~ " then 'posted' else 'modelled' end",
) }}
