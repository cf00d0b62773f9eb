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
    A value looked up in a seed by a key; null when it is not there. The seed's columns are renamed inside, so that a
    column of the same name in the expression means the caller's.
#}
{% macro looked_up(seed, key, value, expression) -%}
    (
        select looked_up_value
        from (select {{ key }} as looked_up_key, {{ value }} as looked_up_value from {{ ref(seed) }}) as seed_rows
        where looked_up_key = {{ expression }}
    )
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
