{#- Among the places, "Flexible / Remote" is none. -#}
{%- set places = json_values('record', 'locations', 'name') -%}

{{ stage_posting(
    'the_muse', 'jobs',
    job_id=json_text('record', 'id'),
    title=json_text('record', 'name'),
    company_name=json_text('record', 'company', 'name'),
    source_company_id=json_text('record', 'company', 'id'),
    location="(array_remove(" ~ places ~ ", 'Flexible / Remote'))[1]",
    is_remote="case when 'Flexible / Remote' = any(" ~ places ~ ") then true end",
    posted_at=safe_instant(json_text('record', 'publication_date')),
) }}
