{{ stage_skill(
    'esco', 'skills',
    skill_name="regexp_replace(" ~ json_text('record', 'title') ~ ", '\s*[(][^)]*[)]\s*$', '')",
    source_skill_id=json_text('record', 'uri'),
    skill_kind="'classified'",
) }}
