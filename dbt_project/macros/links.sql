{#
    Of which thing each record was held to be, since when and how surely: record, thing, link_confidence, known_at.
    The newest word of the linker on a record is its whole history; a record that it has not seen yet is a thing of its
    own from when it was first known.
    `staged`: the linker's staging model; `tellings`: the model of what was told, with `record_id` and known_at;
    `thing_id`: what the thing's id is to be called.
#}
{% macro told_links(staged, tellings, record_id, thing_id) -%}
    with linked as (

        select
            links.{{ record_id }},
            pairs.{{ thing_id }},
            links.link_confidence,
            {{ safe_instant('pairs.since') }} as known_at
        from {{ staged }} as links
        cross join {{ unnest_pairs('links.thing_ids', 'links.thing_since', thing_id, 'since') }}
        where {{ as_known_now('links') }}

    ),

    alone as (

        select
            tellings.{{ record_id }},
            tellings.{{ record_id }} as {{ thing_id }},
            cast(null as double precision) as link_confidence,
            min(tellings.known_at) as known_at
        from {{ tellings }} as tellings
        left join linked on tellings.{{ record_id }} = linked.{{ record_id }}
        where linked.{{ record_id }} is null
        group by tellings.{{ record_id }}

    )

    select * from linked
    union all
    select * from alone
{%- endmacro %}
