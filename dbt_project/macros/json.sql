{# Text at a path of a json column: json_text('record', 'company', 'name'). Null when any part is missing. #}
{% macro json_text(column) -%}
    {{ return(adapter.dispatch('json_text', 'cvplus')(column, varargs)) }}
{%- endmacro %}

{% macro postgres__json_text(column, path) -%}
    {%- if path | length == 1 -%} ({{ column }} ->> '{{ path[0] }}')
    {%- else -%} ({{ column }} #>> '{{ '{' ~ path | join(',') ~ '}' }}')
    {%- endif -%}
{%- endmacro %}

{% macro default__json_text(column, path) -%}
    get_json_object({{ column }}, '$.{{ path | join('.') }}')
{%- endmacro %}

{# A json array of texts at a path as an array of texts; an empty array when missing. #}
{% macro json_text_array(column) -%}
    {{ return(adapter.dispatch('json_text_array', 'cvplus')(column, varargs)) }}
{%- endmacro %}

{% macro postgres__json_text_array(column, path) -%}
    {%- set value = column ~ " #> '{" ~ path | join(',') ~ "}'" -%}
    (
        case when jsonb_typeof({{ value }}) = 'array'
            then array(select jsonb_array_elements_text({{ value }}))
            else '{}'::text[]
        end
    )
{%- endmacro %}

{% macro default__json_text_array(column, path) -%}
    from_json(get_json_object({{ column }}, '$.{{ path | join('.') }}'), 'array<string>')
{%- endmacro %}

{# The json document at a path of a json column, still json. #}
{% macro json_part(column) -%}
    {{ return(adapter.dispatch('json_part', 'cvplus')(column, varargs)) }}
{%- endmacro %}

{% macro postgres__json_part(column, path) -%}
    ({{ column }} #> '{{ '{' ~ path | join(',') ~ '}' }}')
{%- endmacro %}

{% macro default__json_part(column, path) -%}
    get_json_object({{ column }}, '$.{{ path | join('.') }}')
{%- endmacro %}
