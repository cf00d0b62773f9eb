{# A site as an address: the scheme is added where it is missing; null for a blank. #}
{% macro web_address(expression) -%}
    case
        when trim({{ expression }}) ~* '^https?://' then trim({{ expression }})
        else 'https://' || nullif(trim({{ expression }}), '')
    end
{%- endmacro %}


{# The industry that a code of the Standard Industrial Classification stands for; null when it is none. #}
{% macro sic_industry(expression) -%}
    coalesce(
        {{ looked_up('sic_industries', 'sic_group', 'industry_id', 'left(lpad(' ~ expression ~ ", 4, '0'), 3)") }},
        {{ looked_up('sic_industries', 'sic_group', 'industry_id', 'left(lpad(' ~ expression ~ ", 4, '0'), 2)") }}
    )
{%- endmacro %}
