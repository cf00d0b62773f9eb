{#
    How the applications to one job, to one employer or to all were answered, as known at an instant: one look into the
    index, however many there were. `counted_of`: `job`, `employer` or `all`; `counted_id`: an expression.
    Joins columns of `int_answer_counts` as `alias`; null where nothing was told yet.
#}
{% macro answer_counts_join(alias, counted_of, counted_id, instant) -%}
    left join lateral (
        select counts.*
        from {{ ref('int_answer_counts') }} as counts
        where
            counts.counted_of = '{{ counted_of }}'
            and counts.counted_id = {{ counted_id }}
            and {{ as_of('counts', instant) }}
        order by counts.known_at desc
        limit 1
    ) as {{ alias }} on true
{%- endmacro %}

{#
    The share of so many `applications` of which something holds, drawn towards that of all applications as far as few stand
    behind it: as if `prior` more had fared as all did. Null while no application at all is known.
    `everybody`: alias of the counts of `all`; `count`: the column of them in which what holds is counted.
#}
{% macro shrunken_share(held, applications, everybody, count, prior) -%}
    ({{ held }} + {{ prior }} * {{ everybody }}.{{ count }}::double precision / nullif({{ everybody }}.known_applications, 0))
    / ({{ applications }} + {{ prior }})
{%- endmacro %}

{#
    The counts of a job and its employer less the person's own applications, whose outcomes nothing may tell of: joins
    `job_…` and `employer_…` `applications`, `answered` and `interviewed` as `alias`; null where the job or employer is unknown.
    `spine`, `job`: aliases of the example and of its job's version; `of_job`, `of_employer`: those of `answer_counts_join`.
#}
{% macro others_answers_join(alias, spine, job, of_job, of_employer) -%}
    {%- set counts = {'applications': 'true', 'answered': 'own.has_answer', 'interviewed': 'own.has_interview'} -%}
    {%- set told = {'applications': 'known_applications', 'answered': 'answered_applications', 'interviewed': 'interviewed_applications'} -%}
    {%- set things = {'job': ('job_id', of_job), 'employer': ('company_id', of_employer)} -%}
    cross join lateral (
        select
            {%- for thing, (key, counted) in things.items() -%}
            {%- for count, condition in counts.items() %}
            case
                when {{ job }}.{{ key }} is not null
                    then
                        coalesce({{ counted }}.{{ told[count] }}, 0)
                        - count(*) filter (where own.{{ key }} = {{ job }}.{{ key }} and {{ condition }})
            end::double precision as {{ thing }}_{{ count }}{{ ',' if not (loop.last and thing == 'employer') }}
            {%- endfor -%}
            {%- endfor %}
        from {{ ref('int_application_states') }} as own
        where own.subject_id = {{ spine }}.subject_id and {{ as_of('own', spine ~ '.feature_at') }}
    ) as {{ alias }}
{%- endmacro %}

{#
    How long an employer's latest answers to other people took (of the `latest_answers` told last those that still stand, so
    that an employer that has answered much takes no longer to read): joins `employer_median_days_to_answer` as `alias`;
    null where fewer than `least_in_median` stand behind it. `of_employer`: alias of `answer_counts_join`.
#}
{% macro latest_answers_join(alias, spine, of_employer) -%}
    cross join lateral (
        select {{ median_of_enough('state.days_to_answer') }} as employer_median_days_to_answer
        from {{ ref('int_application_states') }} as state
        where
            state.company_id = {{ of_employer }}.counted_id
            and state.answer_number > {{ of_employer }}.answers_told - {{ var('latest_answers') }}
            and state.answer_number <= {{ of_employer }}.answers_told
            and state.subject_id is distinct from {{ spine }}.subject_id
            and {{ as_of('state', spine ~ '.feature_at') }}
    ) as {{ alias }}
{%- endmacro %}
