{# Schemas are named as they are declared (`features`, not `<target>_features`): readers know them by name. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
