{# Outcomes after which an application is decided, as a list for `in`. #}
{% macro closing_outcomes() -%} 'hired', 'rejected', 'withdrawn', 'no_response' {%- endmacro %}
