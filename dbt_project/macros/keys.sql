{# A surrogate key: md5 of the parts, null told apart from empty. #}
{% macro surrogate_key(expressions) -%}
    md5(concat_ws('|', {% for expression in expressions %}coalesce(cast({{ expression }} as text), '~'){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}

{# A company's name without case, punctuation and legal form: what makes two spellings one company. #}
{% macro normalised_company(expression) -%}
    {%- set legal_forms = [
        'inc', 'incorporated', 'llc', 'l l c', 'ltd', 'limited', 'corp', 'corporation', 'co', 'company', 'plc', 'p l c',
        'gmbh', 'ag', 'a g', 'se', 'sa', 's a', 'spa', 's p a', 'bv', 'b v', 'nv', 'n v', 'ab', 'asa', 'a s', 'oy', 'pty', 'kk',
        'lp', 'l p', 'llp',
    ] -%}
    nullif(trim(regexp_replace(
        regexp_replace(lower({{ expression }}), '[^[:alnum:]]+', ' ', 'g'),
        '(\s({{ legal_forms | join('|') }}))+\s*$', '', 'g'
    )), '')
{%- endmacro %}

{% macro company_id(expression) -%} md5({{ normalised_company(expression) }}) {%- endmacro %}

{#
    A value looked up in a seed by a key; null when it is not there. The seed is read once a query, into a map: a
    subquery on the expression would read it again at each row. `type`: the value's, where it is no text.
#}
{% macro looked_up(seed, key, value, expression, type='text') -%}
    {{ return(adapter.dispatch('looked_up', 'cvplus')(seed, key, value, expression, type)) }}
{%- endmacro %}

{% macro postgres__looked_up(seed, key, value, expression, type) -%}
    cast(
        (select jsonb_object_agg({{ key }}, {{ value }}) from {{ ref(seed) }}) ->> ({{ expression }}) as {{ type }}
    )
{%- endmacro %}

{% macro default__looked_up(seed, key, value, expression, type) -%}
    element_at((select map_from_entries(collect_list(struct({{ key }}, {{ value }}))) from {{ ref(seed) }}), {{ expression }})
{%- endmacro %}

{# The country (ISO alpha-2) that a name, code or large city stands for; null when unknown. #}
{% macro country_code(expression) -%}
    {{ looked_up('places', 'place', 'country', 'lower(trim(' ~ expression ~ '))') }}
{%- endmacro %}

{# The two letters of a US state given by name or code; null when it is none. #}
{% macro us_state_code(expression) -%}
    coalesce(
        {{ looked_up('us_states', 'state_code', 'state_code', 'upper(trim(' ~ expression ~ '))') }},
        {{ looked_up('us_states', 'state_name', 'state_code', 'trim(' ~ expression ~ ')') }}
    )
{%- endmacro %}

{# The industry that a word or name stands for; null when unknown. #}
{% macro industry_of(expression) -%}
    {{ looked_up('industry_keywords', 'keyword', 'industry_id', 'lower(trim(' ~ expression ~ '))') }}
{%- endmacro %}

{# Two skills as one key, whichever is named first. #}
{% macro skill_pair(one, other) -%}
    least({{ one }}, {{ other }}) || '+' || greatest({{ one }}, {{ other }})
{%- endmacro %}
