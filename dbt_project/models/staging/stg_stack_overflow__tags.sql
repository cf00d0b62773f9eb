with source as (

    {{ accepted_versions('stack_overflow', 'tags') }}

),

renamed as (

    select
        record_key,
        content_hash,
        batch_id,
        known_at,
        coalesce({{ json_text('record', 'site') }}, 'stackoverflow') as site,
        lower({{ json_text('record', 'name') }}) as skill_id,
        {{ safe_number(json_text('record', 'count')) }}::bigint as usage_count,
        {{ safe_boolean(json_text('record', 'is_moderator_only')) }} as is_moderator_only,
        coalesce({{ safe_date(json_text('record', 'snapshot_date')) }}, {{ utc_date('known_at') }}) as snapshot_date
    from source

)

select
    record_key,
    content_hash,
    batch_id,
    site,
    skill_id,
    usage_count,
    is_moderator_only,
    snapshot_date,
    known_at,
    {{ known_until(['site', 'skill_id', 'snapshot_date']) }} as known_until
from renamed
