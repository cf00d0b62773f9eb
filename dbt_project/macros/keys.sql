{# A surrogate key: md5 of the parts, null told apart from empty. #}
{% macro surrogate_key(expressions) -%}
    md5(concat_ws('|', {% for expression in expressions %}coalesce(cast({{ expression }} as text), '~'){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}

{# A company's name without case, punctuation and legal form: what makes two spellings one company. #}
{% macro normalised_company(expression) -%}
    nullif(trim(regexp_replace(
        regexp_replace(lower({{ expression }}), '[^[:alnum:]]+', ' ', 'g'),
        '(\s(inc|incorporated|llc|ltd|limited|corp|corporation|co|company|plc|gmbh|ag|sa|bv|nv|ab|oy|pty|kk|lp|llp))+\s*$', '', 'g'
    )), '')
{%- endmacro %}

{% macro company_id(expression) -%} md5({{ normalised_company(expression) }}) {%- endmacro %}

{# The country (ISO alpha-2) that a name, code or large city stands for; null when unknown. #}
{% macro country_code(expression) -%}
    (select place.country from {{ ref('places') }} as place where place.place = lower(trim({{ expression }})))
{%- endmacro %}

{# The two letters of a US state given by name or code; null when it is none. #}
{% macro us_state_code(expression) -%}
    (
        select state.state_code
        from {{ ref('us_states') }} as state
        where upper(trim({{ expression }})) = state.state_code or trim({{ expression }}) = state.state_name
    )
{%- endmacro %}

{# The industry that a word or name stands for; null when unknown. #}
{% macro industry_of(expression) -%}
    (
        select named.industry_id
        from {{ ref('industry_keywords') }} as named
        where named.keyword = lower(trim({{ expression }}))
    )
{%- endmacro %}
