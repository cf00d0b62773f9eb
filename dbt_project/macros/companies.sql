{#
    Joins to each row the companies that bear its company's name, as known at an instant: by the whole name as
    `<alias>_whole`, by the name without its legal form as `<alias>_bare`. `named_company_id` reads them.
    The spine has `company_name` and `company_key`.
#}
{% macro company_names_join(alias, spine, instant) -%}
    left join {{ ref('int_company_names') }} as {{ alias }}_whole
        on
            {{ letters_of(spine ~ '.company_name') }} = {{ alias }}_whole.name_letters
            and {{ as_of(alias ~ '_whole', instant) }}
    left join {{ ref('int_company_names') }} as {{ alias }}_bare
        on {{ spine }}.company_key = {{ alias }}_bare.name_letters and {{ as_of(alias ~ '_bare', instant) }}
{%- endmacro %}

{# The one company that bears a row's name; null where several do. A name that no record bears is a company by itself. #}
{% macro named_company_id(alias, spine) -%}
    case
        when {{ spine }}.company_key is null then null
        when {{ alias }}_whole.companies_count = 1 then {{ alias }}_whole.company_id
        when {{ alias }}_bare.name_letters is null then {{ company_id(spine ~ '.company_key') }}
        else {{ alias }}_bare.company_id
    end
{%- endmacro %}

{# The record of a company that a source's own id of it names; some sources tell of companies under another name. #}
{% macro company_record_id(source, source_company_id) -%}
    {%- set told_under = var('companies_told_under') -%}
    {%- set teller -%}
        case {{ source }}
            {%- for source_name, teller in told_under.items() %} when '{{ source_name }}' then '{{ teller }}' {%- endfor %}
            else {{ source }}
        end
    {%- endset -%}
    case when {{ source_company_id }} is not null then {{ surrogate_key([teller, source_company_id]) }} end
{%- endmacro %}
