{{ config(indexes=[{'columns': ['cv_record_key', 'cv_content_hash']}]) }}
{%- set facts = {
    'last_occupation_id': 'text',
    'last_esco_uri': 'text',
    'last_occupation_score': 'number',
    'wanted_occupation_id': 'text',
    'wanted_esco_uri': 'text',
    'wanted_occupation_score': 'number',
} -%}

{{ staged_facts('cv', facts) }}
