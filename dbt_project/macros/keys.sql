{# A surrogate key: md5 of the parts, null told apart from empty. #}
{% macro surrogate_key(expressions) -%}
    md5(concat_ws('|', {% for expression in expressions %}coalesce(cast({{ expression }} as text), '~'){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}

{# The key of a company, of the key that enrichment read in its name: spellings of one firm share it. #}
{% macro company_id(company_key) -%} md5({{ company_key }}) {%- endmacro %}

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

{# The country (ISO alpha-2) that a name or code stands for, in any of seven languages; null when unknown. #}
{% macro country_code(expression) -%}
    {{ looked_up('country_names', 'place', 'country', 'lower(trim(' ~ expression ~ '))') }}
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
