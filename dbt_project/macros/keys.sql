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
