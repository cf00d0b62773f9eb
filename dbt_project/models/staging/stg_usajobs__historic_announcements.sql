{{ config(indexes=[{'columns': ['job_key']}]) }}

{{ stage_posting(
    'usajobs', 'historic_announcements',
    job_id=json_text('record', 'usajobsControlNumber'),
    title=json_text('record', 'positionTitle'),
    company_name=json_text('record', 'hiringAgencyName'),
    country=json_text('record', 'PositionLocations', '0', 'positionLocationCountry'),
    region=json_text('record', 'PositionLocations', '0', 'positionLocationState'),
    city=json_text('record', 'PositionLocations', '0', 'positionLocationCity'),
    industry="'government'",
    posted_at=eastern_instant(json_text('record', 'positionOpenDate')),
    closed_at=eastern_instant(json_text('record', 'positionCloseDate')),
    salary_min=safe_number(json_text('record', 'minimumSalary')),
    salary_max=safe_number(json_text('record', 'maximumSalary')),
    currency="'USD'",
    salary_period=json_text('record', 'salaryType'),
) }}
