{#- Rows that share the values of the columns that should be the table's grain. -#}
{% test unique_grain(model, columns) %}
    select {{ columns | join(', ') }}
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}


{#- Rows whose value lies outside [at_least, at_most]; null is in any range. -#}
{% test in_range(model, column_name, at_least=none, at_most=none) %}
    select {{ column_name }}
    from {{ model }}
    where
        false
        {% if at_least is not none %}or {{ column_name }} < {{ at_least }}{% endif %}
        {% if at_most is not none %}or {{ column_name }} > {{ at_most }}{% endif %}
{% endtest %}


{#- Rows for which a condition between columns does not hold; unknown (null) holds. -#}
{% test holds(model, condition) %}
    select *
    from {{ model }}
    where not ({{ condition }})
{% endtest %}


{#- Versions of a thing that are known while another is, or end before they begin. -#}
{% test one_version_at_a_time(model, thing) %}
    select *
    from (
        select
            *,
            lead(known_at) over (partition by {{ thing | join(', ') }} order by known_at) as next_known_at
        from {{ model }}
    ) as versions
    where
        known_until <= known_at
        or next_known_at <= known_at
        or (next_known_at is not null and (known_until is null or known_until > next_known_at))
{% endtest %}


{#-
  Rows of a versioned table that are not one sound version of one thing: without a key or an instant, told twice, or
  known until before they were known. One query, so that a staging model costs one test.
-#}
{% test sound_versions(model, identity) %}
    select record_key
    from {{ model }}
    where
        record_key is null
        or known_at is null
        or known_until < known_at
        {% for column in identity -%}
        or {{ column }} is null
        {% endfor %}
    union all
    select record_key
    from {{ model }}
    group by record_key, content_hash, batch_id
    having count(*) > 1
    {% if execute and graph.nodes['model.cvplus.' ~ model.identifier].config.materialized == 'incremental' -%}
    union all
    ({{ told_under_several_records(model, identity) }})
    {%- endif %}
{% endtest %}


{#-
  Things that are told under several records, in a model that takes only records that are new: what ends a version may
  lie in a record that is not read again. Such a model has to say `materialized='table'`.
-#}
{% test one_record_a_thing(model, identity) %}
    {{ told_under_several_records(model, identity) }}
{% endtest %}

{% macro told_under_several_records(model, identity) -%}
    select min(record_key) as record_key
    from {{ model }}
    group by {{ identity | join(', ') }}
    having min(record_key) <> max(record_key)
{%- endmacro %}


{#- Cells of which this week's open postings are not last week's, less those that went, and those that came. -#}
{% test weekly_flow_adds_up(model) %}
    select *
    from (
        select
            *,
            lag(open_postings_count - closed_postings_count - dropped_postings_count, 1, cast(0 as bigint)) over (
                partition by industry_id, region_id, occupation_id order by week_start_date
            ) as still_open_count
        from {{ model }}
    ) as weeks
    where open_postings_count <> still_open_count + new_postings_count + appeared_postings_count
{% endtest %}


{#- Weeks of which the cells do not add up to what stands for all, by any one dimension or all of them. -#}
{% test weekly_cells_add_up(model) %}
    {%- set dimensions = ['industry_id', 'region_id', 'occupation_id'] -%}
    {%- set counts = ['open_postings_count', 'new_postings_count', 'closed_postings_count', 'applications_count'] %}
    with levels as (

        select
            week_start_date,
            {% for dimension in dimensions -%}
            {{ dimension }} = 'all' as is_all_{{ dimension }},
            {% endfor -%}
            {% for count in counts -%}
            sum({{ count }}) as {{ count }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ model }}
        group by 1, 2, 3, 4

    )

    select week_start_date
    from levels
    group by week_start_date
    having
        count(*) <> 8
        {% for count in counts -%}
        or min({{ count }}) <> max({{ count }})
        {% endfor %}
{% endtest %}
