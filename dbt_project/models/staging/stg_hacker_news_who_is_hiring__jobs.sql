{{ stage_posting(
    'hacker_news_who_is_hiring', 'jobs',
    job_id=json_text('record', 'objectID'),
    title=json_text('record', 'role'),
    company_name=json_text('record', 'company'),
    location=json_text('record', 'location'),
    is_remote=safe_boolean(json_text('record', 'is_remote')),
    posted_at=safe_instant(json_text('record', 'created_at')),
    closed_at="case when " ~ json_text('record', 'is_deleted') ~ " = 'true' then "
        ~ safe_instant(json_text('record', 'created_at')) ~ " end",
    version_order=['closed_at'],
) }}
