{{ stage_company(
    'the_muse', 'companies',
    source_company_id=json_text('record', 'id'),
    company_name=json_text('record', 'name'),
    categories=json_values('record', 'industries', 'name'),
) }}
