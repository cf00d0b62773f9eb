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
{% endtest %}
