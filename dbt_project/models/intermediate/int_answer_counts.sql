{{ config(indexes=[{'columns': ['counted_of', 'counted_id', 'known_at']}]) }}
{%- set counts = ['known_applications', 'answered_applications', 'interviewed_applications', 'answers_told'] %}

-- Each state of an application is added when it becomes known and taken away when it is known no more.
with steps as (

    select
        job_id,
        company_id,
        'all' as everybody,
        known_at as changed_at,
        1 as known_applications,
        has_answer::integer as answered_applications,
        has_interview::integer as interviewed_applications,
        has_answer::integer as answers_told
    from {{ ref('int_application_states') }} as begun
    where {{ was_ever_current('begun') }}
    union all
    select
        job_id,
        company_id,
        'all' as everybody,
        known_until as changed_at,
        -1 as known_applications,
        -has_answer::integer as answered_applications,
        -has_interview::integer as interviewed_applications,
        0 as answers_told
    from {{ ref('int_application_states') }} as ended
    where known_until is not null and {{ was_ever_current('ended') }}

),

changes as (

    {% for counted_of, counted_id in [('job', 'job_id'), ('employer', 'company_id'), ('all', 'everybody')] -%}
        select
            '{{ counted_of }}' as counted_of,
            {{ counted_id }} as counted_id,
            changed_at,
            {% for count in counts -%}
                sum({{ count }}) as {{ count }}{{ ',' if not loop.last }}
            {% endfor -%}
        from steps
        where {{ counted_id }} is not null
        group by {{ counted_id }}, changed_at
        having
            {% for count in counts -%}
                sum({{ count }}) <> 0{{ ' or' if not loop.last }}
            {% endfor -%}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    counted_of,
    counted_id,
    {% for count in counts -%}
        (sum({{ count }}) over so_far)::bigint as {{ count }},
    {% endfor -%}
    changed_at as known_at,
    lead(changed_at) over so_far as known_until
from changes
window so_far as (partition by counted_of, counted_id order by changed_at)
