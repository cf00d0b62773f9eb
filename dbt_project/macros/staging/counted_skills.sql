{#
    Rows of skills counted from a query of mentions (skill_name, subject_id, known_at, batch_id): on each day, how many
    subjects (repositories, courses) mention a skill, with the columns of a skill. A day's count has a version for each
    instant at which more of the day became known.
#}
{% macro counted_skills(source_name, resource, mentions, skill_kind) -%}
    {%- set told = {
        'skill_id': 'skill_id',
        'skill_name': 'skill_name',
        'skill_kind': "'" ~ skill_kind ~ "'",
        'usage_count': 'usage_count',
        'snapshot_date': 'snapshot_date',
    } -%}
    with mentioned as (

        select
            {{ skill_slug('skill_name') }} as skill_id,
            {{ utc_date('known_at') }} as snapshot_date,
            subject_id,
            min(skill_name) as skill_name,
            min(known_at) as known_at,
            min(batch_id) as batch_id
        from ({{ mentions }}) as mentions
        where nullif(trim(skill_name), '') is not null
        group by {{ skill_slug('skill_name') }}, {{ utc_date('known_at') }}, subject_id

    ),

    counted as (

        select
            skill_id,
            snapshot_date,
            known_at,
            min(min(skill_name)) over so_far as skill_name,
            max(max(batch_id)) over so_far as batch_id,
            cast(sum(count(*)) over so_far as bigint) as usage_count,
            lead(known_at) over so_far as known_until
        from mentioned
        group by skill_id, snapshot_date, known_at
        window so_far as (partition by skill_id, snapshot_date order by known_at)

    )

    select
        skill_id || '|' || snapshot_date as record_key,
        md5(skill_id || '|' || snapshot_date || '|' || usage_count) as content_hash,
        batch_id,
        cast('{{ source_name }}' as {{ sql_type('text') }}) as source,
        cast('{{ resource }}' as {{ sql_type('text') }}) as resource,
        {% for name, type in staging_columns('skill').items() -%}
        {{ told_value(told.get(name), type) }} as {{ name }},
        {% endfor -%}
        known_at,
        known_until
    from counted
{%- endmacro %}
