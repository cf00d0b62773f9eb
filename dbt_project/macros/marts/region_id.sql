{#-
  The key of dim_regions for a place: the country, with the US state behind it where one is known
  (`US-CA`, `DE`); `unknown` without a country.
-#}
{% macro region_id(country, region) -%}
    case
        when {{ country }} is null then 'unknown'
        when {{ country }} = 'US' and {{ region }} is not null and length({{ region }}) = 2
            then 'US-' || upper({{ region }})
        else {{ country }}
    end
{%- endmacro %}
