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
        {% if takes_records() -%}
        inner join {{ by_record_names().batches }} as batches on seen.batch_id = batches.batch_id
        {%- if is_incremental() %}
        where seen.record_key in (select record_key from {{ by_record_names().records }})
        {%- endif %}
        {%- else -%}
        inner join {{ source('ops', 'batches') }} as batches
            on seen.batch_id = batches.batch_id and batches.state in ('accepted', 'released')
        {%- endif %}
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

{#
    True for the one version of a thing that was current, as far as was known, at an instant: "as you knew it on day D".
    It is the one condition by which anything that has `known_at` and `known_until` is asked. `prefix`: of both columns'
    names, where a query has renamed them.
#}
{% macro as_of(alias, instant, prefix='') -%}
    {{ alias }}.{{ prefix }}known_at <= {{ instant }} and ({{ alias }}.{{ prefix }}known_until is null or {{ instant }} < {{ alias }}.{{ prefix }}known_until)
{%- endmacro %}

{# The same as of the end of all knowledge: the version that nothing better has followed, for marts, which tell what is known now. #}
{% macro as_known_now(alias) -%}
    {{ alias }}.known_until is null
{%- endmacro %}

{# True when an instant of becoming known, worked out over all versions of a thing, has come; versions are asked by `as_of`. #}
{% macro known_by(alias, instant) -%}
    {{ alias }}.known_at <= {{ instant }}
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

{# True for two versions that were current at one instant; together they were from the later `known_at` to the earlier `known_until`. #}
{% macro current_together(one, other) -%}
    ({{ other }}.known_until is null or {{ one }}.known_at < {{ other }}.known_until)
    and ({{ one }}.known_until is null or {{ other }}.known_at < {{ one }}.known_until)
{%- endmacro %}

{#
    The versions of a relation with `known_at` and `known_until` (of one `entity` no two at a time), those that follow
    on each other and say the same in `columns` as one: it was known from the first, and until the last was no more.
    `entity`, `columns`: lists of columns. Gives both, `known_at` and `known_until`.
#}
{% macro merged_versions(relation, entity, columns) -%}
    select
        {{ (entity + columns) | join(',\n        ') }},
        known_at,
        case when lead(known_at) over changes is null then last_until else lead(until_before) over changes end as known_until
    from (
        select
            worded.*,
            lag(known_until) over history as until_before,
            lag(wording) over history as wording_before,
            last_value(known_until) over (
                partition by {{ entity | join(', ') }} order by known_at
                rows between unbounded preceding and unbounded following
            ) as last_until
        from (
            select
                told.*,
                {{ surrogate_key(columns) }} as wording
            from {{ relation }} as told
            where {{ was_ever_current('told') }}
        ) as worded
        window history as (partition by {{ entity | join(', ') }} order by known_at)
    ) as compared
    where until_before is distinct from known_at or wording is distinct from wording_before
    window changes as (partition by {{ entity | join(', ') }} order by known_at)
{%- endmacro %}
