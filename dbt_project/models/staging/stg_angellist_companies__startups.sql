{#- A hidden company is one that the directory has taken away: it has its id, and no instant of change. -#}
{%- set size = json_text('record', 'company_size') -%}

{{ stage_company(
    'angellist_companies', 'startups',
    source_company_id=json_text('record', 'id'),
    company_name=json_text('record', 'name'),
    website_url=web_address(json_text('record', 'company_url')),
    size_min=safe_integer("substring(" ~ size ~ " from '^([0-9]+)(?:-|[+])')"),
    size_max=safe_integer("substring(" ~ size ~ " from '^[0-9]+-([0-9]+)$')"),
    categories=json_values('record', 'markets', 'display_name'),
    operating_status="case when " ~ safe_boolean(json_text('record', 'hidden')) ~ " then 'removed' end",
    updated_at="coalesce(" ~ safe_instant(json_text('record', 'updated_at')) ~ ", known_at)",
) }}
