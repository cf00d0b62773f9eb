{{ stage_posting(
    'remotive', 'jobs',
    job_id=json_text('record', 'id'),
    title=json_text('record', 'title'),
    company_name=json_text('record', 'company_name'),
    location=json_text('record', 'candidate_required_location'),
    is_remote="true",
    posted_at=safe_instant(json_text('record', 'publication_date')),
    skills_told=json_text_array('record', 'tags'),
) }}
