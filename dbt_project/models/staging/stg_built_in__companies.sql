{{ stage_company(
    'built_in', 'companies',
    source_company_id=json_text('record', 'id'),
    company_name=json_text('record', 'name'),
    website_url=json_text('record', 'websiteUrl'),
    size_min=safe_integer(json_text('record', 'totalEmployees')),
    size_max=safe_integer(json_text('record', 'totalEmployees')),
    founded_date=safe_date(json_text('record', 'yearFounded') ~ " || '-01-01'"),
    categories=json_text_array('record', 'industries'),
    country=json_text('record', 'headquarters', 'country'),
    region=json_text('record', 'headquarters', 'region'),
    city=json_text('record', 'headquarters', 'city'),
    updated_at=safe_instant(json_text('record', 'updatedAt')),
) }}
