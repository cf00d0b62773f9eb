-- A fork says nothing of its own; a language counts like a topic.
{% set mentions %}
    select
        technology as skill_name,
        repository_id as subject_id,
        known_at,
        batch_id
    from {{ ref('stg_github__repositories') }}
    cross join unnest(topics || main_language) as named (technology)
    where not coalesce(is_fork, false)
{% endset %}

{{ counted_skills('github', 'repositories', mentions, 'technology') }}
