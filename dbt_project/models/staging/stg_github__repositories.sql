with source as (

    {{ accepted_versions('github', 'repositories') }}

)

select
    record_key,
    content_hash,
    batch_id,
    {{ json_text('record', 'id') }} as repository_id,
    {{ json_text('record', 'full_name') }} as repository_name,
    case when {{ json_text('record', 'owner', 'type') }} = 'Organization' then {{ json_text('record', 'owner', 'login') }} end
        as organisation_name,
    lower({{ json_text('record', 'language') }}) as main_language,
    {{ json_text_array('record', 'topics') }} as topics,
    {{ safe_integer(json_text('record', 'stargazers_count')) }} as stars_count,
    {{ safe_boolean(json_text('record', 'fork')) }} as is_fork,
    {{ safe_boolean(json_text('record', 'archived')) }} as is_archived,
    {{ safe_instant(json_text('record', 'pushed_at')) }} as pushed_at,
    known_at,
    {{ known_until(["record ->> 'id'"], ["record ->> 'pushed_at'"]) }} as known_until
from source
