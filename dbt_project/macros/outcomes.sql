{# Outcomes after which an application is decided, as a list for `in`. #}
{% macro closing_outcomes() -%} 'hired', 'rejected', 'withdrawn', 'no_response' {%- endmacro %}

{# Outcomes that the employer told, and those of them that say it wanted to see the person, as lists for `in`. #}
{% macro answering_outcomes() -%} 'rejected', {{ interviewing_outcomes() }} {%- endmacro %}

{% macro interviewing_outcomes() -%} 'interview', 'offer', 'hired' {%- endmacro %}
