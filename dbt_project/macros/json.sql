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

{# Of a json array of objects, one field of the first object whose other field has a value. #}
{% macro json_first_match(column, path, field, value, wanted) -%}
    {{ return(adapter.dispatch('json_first_match', 'cvplus')(column, path, field, value, wanted)) }}
{%- endmacro %}

{% macro postgres__json_first_match(column, path, field, value, wanted) -%}
    (jsonb_path_query_first({{ column }}, '$.{{ path }}[*] ? (@.{{ field }} == "{{ value }}").{{ wanted }}') #>> '{}')
{%- endmacro %}

{% macro default__json_first_match(column, path, field, value, wanted) -%}
    filter(from_json(get_json_object({{ column }}, '$.{{ path }}'), 'array<map<string,string>>'), x -> x['{{ field }}'] = '{{ value }}')[0]['{{ wanted }}']
{%- endmacro %}

{# One field of every object of a json array as an array of texts. #}
{% macro json_values(column, path, field) -%}
    {{ return(adapter.dispatch('json_values', 'cvplus')(column, path, field)) }}
{%- endmacro %}

{% macro postgres__json_values(column, path, field) -%}
    array(select element #>> '{}' from jsonb_path_query({{ column }}, '$.{{ path }}[*].{{ field }}') as element)
{%- endmacro %}

{% macro default__json_values(column, path, field) -%}
    from_json(get_json_object({{ column }}, '$.{{ path }}[*].{{ field }}'), 'array<string>')
{%- endmacro %}

{# Of a json array of objects, one field of every object whose other field has a value, as an array of texts. #}
{% macro json_matches(column, path, field, value, wanted) -%}
    {{ return(adapter.dispatch('json_matches', 'cvplus')(column, path, field, value, wanted)) }}
{%- endmacro %}

{% macro postgres__json_matches(column, path, field, value, wanted) -%}
    array(
        select element #>> '{}'
        from jsonb_path_query({{ column }}, '$.{{ path }}[*] ? (@.{{ field }} == "{{ value }}").{{ wanted }}') as element
    )
{%- endmacro %}

{% macro default__json_matches(column, path, field, value, wanted) -%}
    transform(
        filter(from_json(get_json_object({{ column }}, '$.{{ path }}'), 'array<map<string,string>>'), x -> x['{{ field }}'] = '{{ value }}'),
        x -> x['{{ wanted }}']
    )
{%- endmacro %}
