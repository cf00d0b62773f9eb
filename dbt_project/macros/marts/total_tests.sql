{#-
  One row when a figure over all of a table is not the same figure counted in another one, by another way:
  `total` over the rows of the model that `where` takes, `counted` over those of `other` that `other_where` takes.
-#}
{% test totals_agree(model, total, other, counted, where='true', other_where='true') %}
    select
        told.total as told_total,
        other.total as other_total
    from (
        select {{ total }} as total
        from {{ model }}
        where {{ where }}
    ) as told
    cross join (
        select {{ counted }} as total
        from {{ other }}
        where {{ other_where }}
    ) as other
    where coalesce(told.total, 0) <> coalesce(other.total, 0)
{% endtest %}


{#- Rows that hold a value which stands in another table's column, where it must not: an id that was given up. -#}
{% test disjoint_from(model, column_name, other, field) %}
    select told.{{ column_name }}
    from {{ model }} as told
    inner join {{ other }} as other on told.{{ column_name }} = other.{{ field }}
{% endtest %}


{#- One row when a condition holds for more than one row. -#}
{% test at_most_one(model, condition) %}
    select count(*) as rows_count
    from {{ model }}
    where {{ condition }}
    having count(*) > 1
{% endtest %}


{#- One row when a day between the first and the last that `where` takes is missing, or stands there twice. -#}
{% test no_day_missing(model, column_name, where='true') %}
    select
        min({{ column_name }}) as first_day,
        max({{ column_name }}) as last_day,
        count(*) as days_count
    from {{ model }}
    where {{ where }}
    having count(*) <> max({{ column_name }}) - min({{ column_name }}) + 1
{% endtest %}


{#- Skills whose counts are not those of the open jobs that ask for them now. -#}
{% test asked_by_open_jobs(model, asked, postings) %}
    select
        model.skill_id,
        model.required_by_count,
        model.preferred_by_count
    from {{ model }} as model
    left join {{ asked }} as asked on model.skill_id = asked.skill_id and asked.is_current
    left join {{ postings }} as postings on asked.job_id = postings.job_id and postings.is_open
    group by model.skill_id, model.required_by_count, model.preferred_by_count
    having
        model.required_by_count <> count(case when asked.is_required then postings.job_id end)
        or model.preferred_by_count <> count(case when not asked.is_required then postings.job_id end)
{% endtest %}


{#-
  One row when what postings state and applications are offered is not counted once in its country, over all levels.
-#}
{% test stated_pay_counts_once(model, observations) %}
    select
        benchmarks.total as told_total,
        stated.total as other_total
    from (
        select coalesce(sum(posted_count + offer_count), 0) as total
        from {{ model }}
        where seniority = 'all' and region_id not like '%-%'
    ) as benchmarks
    cross join (
        select count(*) as total
        from {{ observations }}
        where
            basis in ('posted', 'offer')
            and occupation_id is not null
            and country is not null
            and coalesce(median_usd, low_usd, high_usd) > 0
            and weight > 0
            and not is_dropped_out
            and {{ utc_midnight('observed_date') }} > {{ plus_days(horizon(), '-' ~ var('pay_window_days')) }}
    ) as stated
    where benchmarks.total <> stated.total
{% endtest %}
