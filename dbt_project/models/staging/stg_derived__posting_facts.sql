{{ config(indexes=[{'columns': ['posting_record_key', 'posting_content_hash']}]) }}
{%- set facts = {
    'title_normalized': 'text',
    'title_rest': 'array',
    'occupation_id': 'text',
    'esco_uri': 'text',
    'occupation_score': 'number',
    'seniority': 'text',
    'skills_required': 'array',
    'skills_preferred': 'array',
    'years_required': 'number',
    'education_level_required': 'integer',
    'workplace': 'text',
    'country': 'text',
    'region': 'text',
    'city': 'text',
    'city_id': 'integer',
    'town_told': 'text',
    'pay_low': 'number',
    'pay_high': 'number',
    'pay_currency': 'text',
    'pay_period': 'text',
    'company_key': 'text',
    'language': 'text',
    'word_count': 'integer',
    'text_sketch': 'array',
} -%}

{{ staged_facts('posting', facts) }}
