{#
    Every version of every record of a resource that staging may see: those of accepted or released batches, one row
    each time that a record became what it had not been just before, with the instant at which that was known. A
    version that returns after another has two rows.
    The table is read twice: keys alone are sorted, and the records joined to those that count. One read sorts whole
    records; of 100,000 that lie in the table's own pages (1.2 kB each) that wrote 60 MB to disk and took 1.3 to 1.5
    times as long, and of those that lie beside it (2 kB) it was no faster.
    Columns: record_key, content_hash, batch_id, landed_at, known_at, record.
#}
{% macro accepted_versions(source_name, resource) -%}
    {%- set raw_table = source('raw', source_name ~ '__' ~ resource) -%}
    select
        landed.record_key,
        landed.content_hash,
        landed.batch_id,
        told.landed_at,
        landed.known_at,
        landed.record
    from (
        select
            seen.record_key,
            seen.content_hash,
            seen.batch_id,
            batches.landed_at,
            lag(seen.content_hash) over (
                partition by seen.record_key
                order by seen.known_at, batches.landed_at, seen.batch_id, seen.content_hash
            ) is distinct from seen.content_hash as is_change
        from {{ raw_table }} as seen
        inner join {{ source('ops', 'batches') }} as batches
            on seen.batch_id = batches.batch_id and batches.state in ('accepted', 'released')
    ) as told
    inner join {{ raw_table }} as landed
        on
            told.record_key = landed.record_key
            and told.content_hash = landed.content_hash
            and told.batch_id = landed.batch_id
    where told.is_change
{%- endmacro %}

{#
    The instant at which a better version of the same thing was known; null while there is none.
    Versions are ordered by `version_order` (a list of expressions, usually the record's own `updated_at`), then by
    `known_at`, then by `arrival`: of two versions known from one instant, the one that landed later is what the source
    says now. A version that does not say what it is ordered by is the worst. One that arrives after a better one has
    `known_until = known_at`: it was never current.
#}
{% macro known_until(entity, version_order=[], arrival=['landed_at']) -%}
    {#- The order is turned round so that the frame only grows: one that shrinks is worked out anew at every row. -#}
    {%- set window -%}
        partition by {{ entity | join(', ') }}
        order by
            {% for expression in version_order -%} {{ expression }} desc nulls last, {% endfor -%}
            {% for column in ['known_at'] + arrival + ['content_hash'] -%} {{ column }} desc{{ ', ' if not loop.last }} {% endfor -%}
        rows between unbounded preceding and 1 preceding
    {%- endset -%}
    case
        when count(*) over ({{ window }}) > 0
            then greatest(known_at, min(known_at) over ({{ window }}))
    end
{%- endmacro %}

{# True for a version that was current at some instant; one that a better version preceded never was. #}
{% macro was_ever_current(alias) -%}
    ({{ alias }}.known_until is null or {{ alias }}.known_until > {{ alias }}.known_at)
{%- endmacro %}

{# True when something that happens once was known at an instant. Every point-in-time read goes through here. #}
{% macro known_by(alias, instant) -%}
    {{ alias }}.known_at <= {{ instant }}
{%- endmacro %}

{# True for the one version of a thing that was current, as far as was known, at an instant. #}
{% macro as_of(alias, instant) -%}
    {{ known_by(alias, instant) }} and ({{ alias }}.known_until is null or {{ instant }} < {{ alias }}.known_until)
{%- endmacro %}

{# Join to each row the version that was known at its instant: as_of_join(ref('int_jobs'), 'job', 'spine', ['job_id']). #}
{% macro as_of_join(relation, alias, spine, keys, instant=none) -%}
    left join {{ relation }} as {{ alias }}
        on
            {% for key in keys -%}
            {{ spine }}.{{ key }} = {{ alias }}.{{ key }}
            and {% endfor -%}
            {{ as_of(alias, instant or (spine ~ '.feature_at')) }}
{%- endmacro %}
