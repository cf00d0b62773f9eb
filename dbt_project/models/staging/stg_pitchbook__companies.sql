{#- The contract does not say the unit of money; PitchBook's own filters are in millions. -#}
{%- set employees = safe_integer(json_text('record', 'employees')) -%}
{%- set raised = safe_number(json_text('record', 'totalMoneyRaised', 'amount')) ~ " * 1000000" -%}

{{ stage_company(
    'pitchbook', 'companies',
    source_company_id=json_text('record', 'companyId'),
    company_name="coalesce(" ~ json_text('record', 'companyName', 'formalName') ~ ", case when jsonb_typeof(record -> 'companyName') = 'string' then "
        ~ json_text('record', 'companyName') ~ " end)",
    legal_name=json_text('record', 'companyName', 'legalName'),
    website_url=web_address(json_text('record', 'website')),
    size_min=employees,
    size_max=employees,
    founded_date=safe_date(json_text('record', 'yearFounded') ~ " || '-01-01'"),
    categories="array_append(" ~ json_values('record', 'sicCodes', 'description') ~ ", " ~ sic_industry(json_text('record', 'sicCodes', '0', 'code')) ~ ")",
    country=json_text('record', 'hqLocation', 'country'),
    region=json_text('record', 'hqLocation', 'stateProvince'),
    city=json_text('record', 'hqLocation', 'city'),
    operating_status=json_text('record', 'businessStatus', 'description'),
    funding_total_usd="case when " ~ json_text('record', 'totalMoneyRaised', 'currency') ~ " = 'USD' then " ~ raised ~ " end",
) }}
