{#-
    A place is a US state or, by a code of EDGAR's own, a country or a part of one; its name is told beside the code.
    Names alike are told apart by a mark behind a slash (QUALCOMM INC/DE, TOYOTA MOTOR CORP/), which nobody else writes.
-#}
{%- set place = json_text('record', 'addresses', 'business', 'stateOrCountry') -%}
{%- set place_name = json_text('record', 'addresses', 'business', 'stateOrCountryDescription') -%}

{{ stage_company(
    'sec_edgar', 'companies',
    source_company_id="lpad(" ~ json_text('record', 'cik') ~ ", 10, '0')",
    company_name="regexp_replace(" ~ json_text('record', 'name') ~ ", '\\s*[/\\\\]\\s*([A-Za-z ]{2,16})?[/\\\\]?\\s*$', '')",
    legal_name=json_text('record', 'name'),
    website_url=web_address(json_text('record', 'website')),
    categories="array_remove(array[nullif(" ~ json_text('record', 'sicDescription') ~ ", ''), " ~ sic_industry(json_text('record', 'sic')) ~ "], null)",
    country="case when " ~ us_state_code(place) ~ " is not null then 'US' else trim(split_part(" ~ place_name ~ ", ',', -1)) end",
    region=us_state_code(place),
    city="initcap(" ~ json_text('record', 'addresses', 'business', 'city') ~ ")",
) }}
