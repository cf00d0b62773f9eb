{#
    A staging model of what a linker held of records (`derived.<of>_links`): of which thing each one was, since when,
    and how surely. `of`: what the records are of ('posting'); the record's own id is `<of>_id`.
#}
{% macro staged_links(of) -%}
    with source as (

        {{ accepted_versions('derived', of ~ '_links') }}

    ),

    renamed as (

        select
            record_key,
            content_hash,
            batch_id,
            landed_at,
            known_at,
            {{ json_text('record', of ~ '_id') }} as {{ of }}_id,
            {{ json_text_array('record', 'thing_ids') }} as thing_ids,
            {{ json_text_array('record', 'thing_since') }} as thing_since,
            {{ safe_number(json_text('record', 'confidence')) }} as link_confidence,
            {{ json_text('record', 'telling_hash') }} as telling_hash,
            {{ json_text('record', 'rules') }} as linking_rules
        from source

    )

    select
        record_key,
        content_hash,
        batch_id,
        {{ of }}_id,
        thing_ids,
        thing_since,
        link_confidence,
        telling_hash,
        linking_rules,
        known_at,
        {{ known_until([of ~ '_id'], [], ['landed_at']) }} as known_until
    from renamed
{%- endmacro %}
