{{ config(tags=['read_by_linkers']) }}
{%- set columns = staging_columns('company') -%}
{%- set removed = {
    'source_company_id': 'source_company_id', 'operating_status': "'removed'", 'updated_at': 'deleted_at'
} -%}

-- The licence asks that what Crunchbase removes is shown no more: a removal is the last word on a company.
with united as (

    select
        record_key,
        content_hash,
        batch_id,
        source,
        resource,
        {% for name in columns -%}
        {{ name }},
        {% endfor -%}
        known_at
    from {{ ref('stg_crunchbase__organizations') }} as organizations
    where {{ was_ever_current('organizations') }}
    union all
    select
        record_key,
        content_hash,
        batch_id,
        'crunchbase' as source,
        'deleted_entities' as resource,
        {% for name, type in columns.items() -%}
        {{ told_value(removed.get(name), type) }} as {{ name }},
        {% endfor -%}
        known_at
    from {{ ref('stg_crunchbase__deleted_entities') }}
    where entity_kind = 'organization'

)

select
    *,
    {{ known_until(['source_company_id'], ['updated_at'], []) }} as known_until
from united
