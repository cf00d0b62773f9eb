-- The typing of a staging model over accepted versions, as dbt compiles it: casts that never fail, and validity.
create table staging.bench__postings as
with source as (
    select
        landed.record_key,
        landed.content_hash,
        landed.batch_id,
        landed.known_at,
        landed.record
    from (
        select
            seen.record_key,
            seen.content_hash,
            seen.batch_id,
            lag(seen.content_hash) over (
                partition by seen.record_key
                order by seen.known_at, batches.landed_at, seen.batch_id, seen.content_hash
            ) is distinct from seen.content_hash as is_change
        from raw.bench__postings as seen
        inner join ops.batches
            on seen.batch_id = batches.batch_id and batches.state in ('accepted', 'released')
    ) as seen_in_order
    inner join raw.bench__postings as landed
        on
            seen_in_order.record_key = landed.record_key
            and seen_in_order.content_hash = landed.content_hash
            and seen_in_order.batch_id = landed.batch_id
    where seen_in_order.is_change
),

told as materialized (
    select
        record_key,
        content_hash,
        batch_id,
        known_at,
        record ->> 'slug' as slug,
        record ->> 'title' as title,
        case
            when pg_input_is_valid(lower(record ->> 'remote'), 'boolean') then lower(record ->> 'remote')::boolean
        end as is_remote,
        array(select jsonb_array_elements_text(record -> 'tags')) as tags,
        case
            when pg_input_is_valid(record ->> 'created_at', 'double precision')
                then to_timestamp((record ->> 'created_at')::double precision)
        end as posted_at,
        case
            when pg_input_is_valid(record #>> '{pay,min}', 'double precision')
                then (record #>> '{pay,min}')::double precision
        end as pay_min,
        case
            when pg_input_is_valid(record #>> '{pay,max}', 'double precision')
                then (record #>> '{pay,max}')::double precision
        end as pay_max
    from source
)

select
    *,
    case
        when count(*) over versions > 0 then greatest(known_at, min(known_at) over versions)
    end as known_until
from told
window versions as (
    partition by slug
    order by known_at, content_hash
    rows between 1 following and unbounded following
);
analyze staging.bench__postings
