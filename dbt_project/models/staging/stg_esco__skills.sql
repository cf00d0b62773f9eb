{{ stage_skill(
    'esco', 'skills',
    skill_name="regexp_replace(" ~ json_text('record', 'title') ~ ", '\s*[(][^)]*[)]\s*$', '')",
    version_of=['record_key', 'snapshot_date'],
    source_skill_id=json_text('record', 'uri'),
    skill_kind="'classified'",
) }}
