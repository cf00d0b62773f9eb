{#
    A staging model of what was read in records (`derived.<of>_facts`). `of`: what the records are of ('posting'); its
    columns begin with it. `facts`: the columns of what was read, in order, each with its type: 'text', 'number',
    'integer' or 'array' (of texts).
#}
{% macro staged_facts(of, facts) -%}
    {%- set record = ['source', 'resource', 'record_key', 'content_hash'] -%}
    {%- set columns = dict(facts, readers='text', unread='text') -%}
    with source as (

        {{ accepted_versions('derived', of ~ '_facts') }}

    ),

    renamed as (

        select
            record_key,
            content_hash,
            batch_id,
            landed_at,
            known_at,
            {% for name in record -%}
            {{ json_text('record', name) }} as {{ of }}_{{ name }},
            {% endfor -%}
            {% for name, type in columns.items() -%}
            {% if type == 'array' %}{{ json_text_array('record', name) }}
            {%- elif type == 'number' %}{{ safe_number(json_text('record', name)) }}
            {%- elif type == 'integer' %}{{ safe_integer(json_text('record', name)) }}
            {%- else %}{{ json_text('record', name) }}
            {%- endif %} as {{ name }}{{ ',' if not loop.last }}
            {% endfor %}
        from source

    )

    select
        record_key,
        content_hash,
        batch_id,
        {% for name in record -%}
        {{ of }}_{{ name }},
        {% endfor -%}
        {% for name in columns -%}
        {{ name }},
        {% endfor -%}
        known_at,
        {{ known_until([of ~ '_source', of ~ '_resource', of ~ '_record_key', of ~ '_content_hash'], ['landed_at']) }} as known_until
    from renamed
{%- endmacro %}
