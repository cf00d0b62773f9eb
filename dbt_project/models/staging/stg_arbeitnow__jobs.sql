{{ stage_posting(
    'arbeitnow', 'jobs',
    job_id=json_text('record', 'slug'),
    title=json_text('record', 'title'),
    company_name=json_text('record', 'company_name'),
    location=json_text('record', 'location'),
    country="regexp_replace(" ~ json_text('record', 'location') ~ ", '^.*,', '')",
    is_remote=safe_boolean(json_text('record', 'remote')),
    posted_at=epoch_instant(json_text('record', 'created_at')),
) }}
