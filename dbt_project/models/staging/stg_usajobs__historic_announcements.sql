{{ config(indexes=[{'columns': ['control_number']}]) }}

with source as (

    {{ accepted_versions('usajobs', 'historic_announcements') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        known_at,
        {{ json_text('record', 'usajobsControlNumber') }} as control_number,
        {{ strip_html(json_text('record', 'positionTitle')) }} as title,
        {{ json_text('record', 'hiringAgencyName') }} as company_name,
        {{ json_text('record', 'hiringDepartmentName') }} as department_name,
        {{ json_text('record', 'PositionLocations', '0', 'positionLocationCountry') }} as country_name,
        {{ json_text('record', 'PositionLocations', '0', 'positionLocationState') }} as region_name,
        {{ json_text('record', 'PositionLocations', '0', 'positionLocationCity') }} as city,
        {{ json_text('record', 'JobCategories', '0', 'series') }} as series,
        {{ json_text('record', 'minimumGrade') }} as low_grade,
        {{ json_text('record', 'maximumGrade') }} as high_grade,
        {{ safe_number(json_text('record', 'minimumSalary')) }} as salary_min,
        {{ safe_number(json_text('record', 'maximumSalary')) }} as salary_max,
        {{ json_text('record', 'salaryType') }} as salary_period,
        {{ eastern_instant(json_text('record', 'positionOpenDate')) }} as posted_at,
        {{ eastern_instant(json_text('record', 'positionCloseDate')) }} as closed_at,
        {{ json_text('record', 'positionOpeningStatus') }} as opening_status
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    control_number,
    title,
    company_name,
    department_name,
    country_name,
    region_name,
    city,
    series,
    low_grade,
    high_grade,
    salary_min,
    salary_max,
    salary_period,
    posted_at,
    closed_at,
    opening_status,
    known_at,
    {{ known_until(['control_number']) }} as known_until
from renamed
