{#
    Staging that takes only what is new. A model holds every version of each of its records, and what it says of a
    version depends on no other record; so a build reads again, whole, the records of the batches that have come, gone
    or been judged anew since the model was built, and leaves the others as they are. A build of everything gives the
    same rows (tests/warehouse/test_staged_by_record.py).

    Which batches a build sees is asked once, at its beginning: what is accepted meanwhile is for the next one.
#}
{% macro begin_by_record() -%}
    {%- if takes_records() -%}
    {%- set names = by_record_names() -%}
    create temporary table {{ names.batches }} on commit drop as
    select
        batch_id,
        landed_at,
        gated_at
    from ops.batches
    where
        source = '{{ names.source }}'
        and resource = '{{ names.resource }}'
        and state in ('accepted', 'released');
    {%- if is_incremental() %}
    create temporary table {{ names.records }} on commit drop as
    with moved as (
        select coalesce(held.batch_id, batches.batch_id) as batch_id
        from (select * from ops.staged_batches where model = '{{ this.identifier }}') as held
        full join {{ names.batches }} as batches on held.batch_id = batches.batch_id
        where held.batch_id is null or batches.batch_id is null or held.gated_at is distinct from batches.gated_at
    )
    select record_key
    from {{ names.raw_table }}
    where batch_id in (select batch_id from moved)
    union
    select record_key
    from {{ this }}
    where batch_id in (select batch_id from moved);
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{# What the model holds now; and, of a table made anew, the index by which the next build finds its records. #}
{% macro end_by_record() -%}
    {%- if takes_records() -%}
    {%- set names = by_record_names() -%}
    delete from ops.staged_batches where model = '{{ this.identifier }}';
    insert into ops.staged_batches (model, batch_id, gated_at)
    select
        '{{ this.identifier }}',
        batch_id,
        gated_at
    from {{ names.batches }};
    {%- if not is_incremental() %}
    create index on {{ this }} (record_key);
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#
    Whether the model takes only records that are new: `materialized: incremental` below models/staging, while it is being
    built. What is only compiled, shown or documented reads all batches, as the query that it is.
#}
{% macro takes_records() -%}
    {{ return(
        execute and flags.WHICH in ('build', 'run')
        and model.config.materialized == 'incremental' and model.config.incremental_strategy == 'by_record'
    ) }}
{%- endmacro %}


{# The raw table that the model reads, and the temporary tables of one build of it. #}
{% macro by_record_names() -%}
    {%- set told = model.sources | selectattr(0, 'equalto', 'raw') | map(attribute=1) | list -%}
    {%- if told | length != 1 -%}
        {{ exceptions.raise_compiler_error(
            model.name ~ ' reads ' ~ told | length ~ ' raw tables; one that takes only what is new reads one. '
            ~ "Say materialized='table' in " ~ model.original_file_path ~ '.'
        ) }}
    {%- endif -%}
    {{ return({
        'raw_table': 'raw.' ~ told[0],
        'source': told[0].split('__')[0],
        'resource': told[0].split('__')[1],
        'batches': this.identifier ~ '__batches',
        'records': this.identifier ~ '__records',
    }) }}
{%- endmacro %}


{# dbt's incremental strategy `by_record`: each record that was read again is put in the place of what was held of it. #}
{% macro get_incremental_by_record_sql(arguments) -%}
    {%- set columns = get_quoted_csv(arguments['dest_columns'] | map(attribute='name')) -%}
    delete from {{ arguments['target_relation'] }}
    where record_key in (select record_key from {{ by_record_names().records }});
    insert into {{ arguments['target_relation'] }} ({{ columns }})
    select {{ columns }}
    from {{ arguments['temp_relation'] }}
{%- endmacro %}
