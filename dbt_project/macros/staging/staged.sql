{#
    One canonical staging model: every version of a resource's records that staging may see, with the columns that all
    models of its kind share (`staging_columns` in dbt_project.yml), in their order and of their types.

    `told`: column -> SQL expression over `record`; a column that is not told is null. An expression must have the
    column's type already (`safe_number`, `safe_instant` and their like make it so from text): one of another type
    stops the build at once, whatever the data are. `identity`: the columns that say which thing a row is about;
    `version_order`: what tells a better version of it, before `known_at`. `version_of`: where the identity is made of
    what a record says, the columns by which a later version of the record ends the earlier one all the same.
#}
{% macro staged(kind, source_name, resource, told, identity, version_order, version_of=[]) -%}
    {%- set columns = staging_columns(kind) -%}
    with source as (

        {{ accepted_versions(source_name, resource) }}

    ),

    told as {{ materialized() }} (

        select
            record_key,
            content_hash,
            batch_id,
            landed_at,
            known_at
            {%- for name, type in columns.items() %},
            {{ told_value(told.get(name), type) }} as {{ name }}
            {%- endfor %}
        from source

    )

    select
        record_key,
        content_hash,
        batch_id,
        cast('{{ source_name }}' as {{ sql_type('text') }}) as source,
        cast('{{ resource }}' as {{ sql_type('text') }}) as resource,
        {% for name in columns -%}
        {{ name }},
        {% endfor -%}
        known_at,
        {% if version_of -%}
        least({{ known_until(identity, version_order) }}, {{ known_until(version_of, version_order) }}) as known_until
        {%- else -%}
        {{ known_until(identity, version_order) }} as known_until
        {%- endif %}
    from told
{%- endmacro %}


{# Refuses a call of a stage macro that names an argument which there is not, or leaves out one that must be. #}
{% macro check_arguments(macro_name, told, known, required) -%}
    {%- for name in told if name not in known -%}
        {{ exceptions.raise_compiler_error(
            macro_name ~ ': there is no argument "' ~ name ~ '". Correct it in ' ~ model.original_file_path
            ~ '; the arguments are ' ~ known | join(', ') ~ '.'
        ) }}
    {%- endfor -%}
    {%- for name in required if not told.get(name) -%}
        {{ exceptions.raise_compiler_error(
            macro_name ~ ': the argument "' ~ name ~ '" is missing. Add it in ' ~ model.original_file_path ~ '.'
        ) }}
    {%- endfor -%}
{%- endmacro %}


{# The versions told by all models of a kind, one under the other: `union_of('posting')` reads `posting_tellers`. #}
{% macro union_of(kind) -%}
    {%- set columns = staging_columns(kind) -%}
    {%- for teller in var(kind ~ '_tellers') %}
    select
        record_key,
        content_hash,
        batch_id,
        source,
        resource,
        {% for name in columns -%}
        {{ name }},
        {% endfor -%}
        known_at,
        known_until,
        {{ loop.index }} as teller_rank
    from {{ ref(teller) }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor -%}
{%- endmacro %}


{# The columns of a posting's version that stay the same when it is found closed or open again. #}
{% macro posting_version_columns() -%}
    {%- set changing = ['closed_at', 'updated_at'] -%}
    {{ (['record_key', 'content_hash', 'source', 'resource', 'teller_rank']
        + staging_columns('posting').keys() | reject('in', changing) | list) | join(', ') }}
{%- endmacro %}


{# A told value as a column of a type: blank texts are null, and what is not told is. #}
{% macro told_value(expression, type) -%}
    {%- if expression is none or expression is undefined -%} cast(null as {{ sql_type(type) }})
    {%- elif type == 'text' -%} nullif(trim({{ expression }}), '')
    {%- else -%} coalesce({{ expression }}, cast(null as {{ sql_type(type) }}))
    {%- endif -%}
{%- endmacro %}


{# The engine's name of a type of `staging_columns`. #}
{% macro sql_type(type) -%}
    {{ return(adapter.dispatch('sql_type', 'cvplus')(type)) }}
{%- endmacro %}

{% macro postgres__sql_type(type) -%} {{ type }} {%- endmacro %}

{% macro default__sql_type(type) -%}
    {{ {'text': 'string', 'text[]': 'array<string>', 'timestamptz': 'timestamp', 'double precision': 'double'}.get(type, type) }}
{%- endmacro %}


{# The columns that all staging models of a kind share: name -> type (`staging_columns` in dbt_project.yml). #}
{% macro staging_columns(kind) -%}
    {{ return(var('staging_columns')[kind]) }}
{%- endmacro %}


{# Keeps a query of a WITH clause apart where the engine would merge it with its reader and sort whole records. #}
{% macro materialized() -%}
    {{ return(adapter.dispatch('materialized', 'cvplus')()) }}
{%- endmacro %}

{% macro postgres__materialized() -%} materialized {%- endmacro %}

{% macro default__materialized() -%}{%- endmacro %}
