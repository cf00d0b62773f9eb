{# True for a source that a variable of the project lists. #}
{% macro is_one_of(source, variable) -%}
    ({{ source }} in ('{{ var(variable) | join("', '") }}'))
{%- endmacro %}

{# True for a source that is the board of the employer itself (`employers_own_boards`): each opening has one id there. #}
{% macro is_employers_own(source) -%}
    {{ is_one_of(source, 'employers_own_boards') }}
{%- endmacro %}

{# Joins to each row the link of its posting (`posting_id`) as known at an instant; `linked_job_id` reads it. #}
{% macro job_link_join(alias, spine, instant) -%}
    {{ as_of_join(ref('int_job_links'), alias, spine, ['posting_id'], instant) }}
{%- endmacro %}

{# The job of a row's posting by its link; a posting that nobody has shown us has a job that nobody knows. #}
{% macro linked_job_id(alias, spine) -%}
    coalesce({{ alias }}.job_id, {{ spine }}.posting_id)
{%- endmacro %}

{# True for a resource that tells of the postings of a listing's: its own, or another of a source that is told in parts. #}
{% macro tells_of(reading, listing) -%}
    {{ reading }}.source = {{ listing }}.source
    and (
        {{ reading }}.resource = {{ listing }}.resource
        or {{ listing }}.source in ('{{ var('sources_told_in_parts') | join("', '") }}')
    )
{%- endmacro %}

{# How each resource that tells of postings tells of time: reading -> [[source, resource], …] (`posting_readings`). #}
{% macro posting_readings() -%}
    {{ return(var('posting_readings')) }}
{%- endmacro %}
