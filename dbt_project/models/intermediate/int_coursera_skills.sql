{% set mentions %}
    select
        replace(subdomain, '-', ' ') as skill_name,
        course_id as subject_id,
        known_at,
        batch_id
    from {{ ref('stg_coursera__courses') }}
    cross join unnest(subdomains) as taught (subdomain)
{% endset %}

{{ counted_skills('coursera', 'courses', mentions, 'taught') }}
