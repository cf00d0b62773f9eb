{#
    A staging model of skills. Arguments are SQL expressions over `record`:

    `skill_name`: becomes the slug `skill_id` too. `source_skill_id`: id at the source; `skill_kind`: as the source sorts it.
    `aliases`: array of texts. `usage_count`: how often it is used, on the day `snapshot_date` (the day on which it
    became known, where none is told).
    `version_of`: a list of columns that say which record a row is of, where `skill_name` may change in it.
    `occupation_code`: a SOC code, where the row says what the skill means to an occupation; `skill_importance`: how much.
#}
{% macro stage_skill(source_name, resource) -%}
    {#- Names make the id, and two records may bear one name: such a table is built whole. -#}
    {{- config(materialized='table') -}}
    {%- set known = staging_columns('skill').keys() | list + ['occupation_code', 'version_order', 'version_of'] -%}
    {%- do check_arguments('stage_skill', kwargs, known, ['skill_name']) -%}
    {%- set told = dict(kwargs, skill_name=plain_text(kwargs['skill_name'])) -%}
    {%- if told.get('occupation_code') -%}
        {%- do told.update(occupation_id=soc_code(told.pop('occupation_code'))) -%}
    {%- endif -%}
    {%- do told.update(
        skill_id=told.get('skill_id', skill_slug(told['skill_name'])),
        snapshot_date='coalesce(' ~ told.get('snapshot_date', 'cast(null as date)') ~ ', ' ~ utc_date('known_at') ~ ')',
    ) -%}
    {{ staged(
        'skill', source_name, resource, told, ['skill_id', 'source_skill_id', 'occupation_id', 'snapshot_date'],
        version_order_of(kwargs), kwargs.get('version_of', [])
    ) }}
{%- endmacro %}
