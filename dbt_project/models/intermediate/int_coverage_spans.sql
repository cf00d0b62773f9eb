{#- What stood before a source was read is told of within days, and has closed, or is assumed to have, after so many. -#}
{%- set stock_days = var('posting_open_days') + var('reading_gap_days') -%}

with resources as (

    {% for reading, resources in posting_readings().items() -%}
        {%- set is_last_reading = loop.last -%}
        {%- for source, resource in resources -%}
            select
                '{{ source }}' as source,
                '{{ resource }}' as resource,
                '{{ reading }}' as reading
            {{ 'union all' if not (loop.last and is_last_reading) }}
        {% endfor -%}
    {%- endfor %}

),

-- What is from the cache was not read on its day.
readings as (

    select
        resources.source,
        resources.resource,
        resources.reading,
        batches.batch_id,
        batches.is_partial,
        batches.window_start,
        batches.window_end,
        batches.fetched_at,
        case when resources.reading = 'opened' then batches.window_start else batches.fetched_at end as read_since,
        case
            when resources.reading = 'opened' then batches.window_end
            else {{ plus_days('batches.fetched_at', 1) }}
        end as read_until,
        case resources.reading
            when 'opened' then {{ plus_days('batches.window_start', stock_days) }}
            when 'standing'
                then greatest(batches.fetched_at, {{ plus_days('batches.window_start', stock_days) }})
            else batches.fetched_at
        end as stock_known_at
    from resources
    inner join {{ source('ops', 'batches') }} as batches
        on
            resources.source = batches.source
            and resources.resource = batches.resource
            and batches.state in ('accepted', 'released')
            and not batches.is_stale

),

-- Whatever was read tells from when on a posting could be seen; only what was read whole covers the time.
ranked as (

    select
        kinds.is_whole,
        readings.*
    from readings
    cross join (
        select true as is_whole
        union all
        select false as is_whole
    ) as kinds
    where not kinds.is_whole or not readings.is_partial

),

followed as (

    select
        *,
        max(read_until) over so_far as read_until_before,
        max(window_end) over so_far as window_end_before
    from ranked
    window so_far as (
        partition by source, resource, is_whole order by read_since, read_until, batch_id
        rows between unbounded preceding and 1 preceding
    )

),

begun as (

    select
        *,
        case
            when read_until_before is null then 1
            when reading = 'opened' and read_since > read_until_before then 1
            when reading <> 'opened' and read_since > {{ plus_days('read_until_before', '(' ~ var('reading_gap_days') ~ ' - 1)') }}
                then 1
            when reading = 'standing' and window_start > window_end_before then 1
            else 0
        end as is_begin
    from followed

),

numbered as (

    select
        *,
        sum(is_begin) over (
            partition by source, resource, is_whole order by read_since, read_until, batch_id
            rows between unbounded preceding and current row
        ) as span_number
    from begun

)

select
    source,
    resource,
    reading,
    is_whole,
    span_number,
    min(read_since) as read_since,
    min(stock_known_at) as covered_since,
    max(read_until) as covered_until
from numbered
group by source, resource, reading, is_whole, span_number
