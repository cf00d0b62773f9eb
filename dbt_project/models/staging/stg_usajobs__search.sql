{{ config(indexes=[{'columns': ['job_key']}]) }}

{{ stage_posting(
    'usajobs', 'search',
    job_id=json_text('record', 'MatchedObjectId'),
    title=json_text('record', 'MatchedObjectDescriptor', 'PositionTitle'),
    company_name=json_text('record', 'MatchedObjectDescriptor', 'OrganizationName'),
    country=json_text('record', 'MatchedObjectDescriptor', 'PositionLocation', '0', 'CountryCode'),
    region=json_text('record', 'MatchedObjectDescriptor', 'PositionLocation', '0', 'CountrySubDivisionCode'),
    city="split_part(" ~ json_text('record', 'MatchedObjectDescriptor', 'PositionLocation', '0', 'CityName') ~ ", ',', 1)",
    industry="'government'",
    is_remote=safe_boolean(json_text('record', 'MatchedObjectDescriptor', 'UserArea', 'Details', 'RemoteIndicator')),
    posted_at=eastern_instant(json_text('record', 'MatchedObjectDescriptor', 'PublicationStartDate')),
    closed_at=eastern_instant(json_text('record', 'MatchedObjectDescriptor', 'ApplicationCloseDate')),
    salary_min=safe_number(json_text('record', 'MatchedObjectDescriptor', 'PositionRemuneration', '0', 'MinimumRange')),
    salary_max=safe_number(json_text('record', 'MatchedObjectDescriptor', 'PositionRemuneration', '0', 'MaximumRange')),
    currency="'USD'",
    salary_period=json_text('record', 'MatchedObjectDescriptor', 'PositionRemuneration', '0', 'RateIntervalCode'),
) }}
