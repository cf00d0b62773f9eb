{{ config(indexes=[{'columns': ['company_record_key', 'company_content_hash']}]) }}
{%- set facts = {
    'company_name': 'text',
    'company_key': 'text',
    'legal_form': 'text',
    'country': 'text',
    'region': 'text',
    'city': 'text',
    'city_id': 'integer',
} -%}

{{ staged_facts('company', facts) }}
