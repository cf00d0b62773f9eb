{#- Ranges of pay say in their titles for which period they are: enrichment reads them. -#}
{{ stage_posting(
    'greenhouse', 'jobs',
    job_id="concat_ws('/', " ~ json_text('record', 'board') ~ ", " ~ json_text('record', 'id') ~ ")",
    title=json_text('record', 'title'),
    company_name="coalesce(" ~ json_text('record', 'company_name') ~ ", " ~ company_of_board(json_text('record', 'board')) ~ ")",
    source_company_id=json_text('record', 'board'),
    location=json_text('record', 'location', 'name'),
    posted_at=safe_instant(json_text('record', 'first_published')),
    updated_at=safe_instant(json_text('record', 'updated_at')),
) }}
