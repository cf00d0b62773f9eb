{{ config(indexes=[{'columns': ['control_number']}]) }}

with source as (

    {{ accepted_versions('usajobs', 'search') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        known_at,
        {{ json_text('record', 'MatchedObjectId') }} as control_number,
        {{ strip_html(json_text('record', 'MatchedObjectDescriptor', 'PositionTitle')) }} as title,
        {{ json_text('record', 'MatchedObjectDescriptor', 'OrganizationName') }} as company_name,
        {{ json_text('record', 'MatchedObjectDescriptor', 'DepartmentName') }} as department_name,
        {{ json_text('record', 'MatchedObjectDescriptor', 'PositionLocation', '0', 'CountryCode') }} as country_name,
        {{ json_text('record', 'MatchedObjectDescriptor', 'PositionLocation', '0', 'CountrySubDivisionCode') }} as region_name,
        split_part({{ json_text('record', 'MatchedObjectDescriptor', 'PositionLocation', '0', 'CityName') }}, ',', 1) as city,
        {{ json_text('record', 'MatchedObjectDescriptor', 'JobCategory', '0', 'Code') }} as series,
        {{ json_text('record', 'MatchedObjectDescriptor', 'UserArea', 'Details', 'LowGrade') }} as low_grade,
        {{ json_text('record', 'MatchedObjectDescriptor', 'UserArea', 'Details', 'HighGrade') }} as high_grade,
        {{ safe_number(json_text('record', 'MatchedObjectDescriptor', 'PositionRemuneration', '0', 'MinimumRange')) }} as salary_min,
        {{ safe_number(json_text('record', 'MatchedObjectDescriptor', 'PositionRemuneration', '0', 'MaximumRange')) }} as salary_max,
        {{ json_text('record', 'MatchedObjectDescriptor', 'PositionRemuneration', '0', 'RateIntervalCode') }} as salary_period,
        {{ safe_boolean(json_text('record', 'MatchedObjectDescriptor', 'UserArea', 'Details', 'RemoteIndicator')) }} as is_remote,
        {{ eastern_instant(json_text('record', 'MatchedObjectDescriptor', 'PublicationStartDate')) }} as posted_at,
        {{ eastern_instant(json_text('record', 'MatchedObjectDescriptor', 'ApplicationCloseDate')) }} as closed_at
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
    is_remote,
    posted_at,
    closed_at,
    known_at,
    {{ known_until(['control_number']) }} as known_until
from renamed
