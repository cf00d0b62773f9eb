{{ stage_skill(
    'stack_overflow', 'tags',
    skill_name="lower(" ~ json_text('record', 'name') ~ ")",
    skill_kind="'tag'",
    usage_count=safe_bigint(json_text('record', 'count')),
    snapshot_date=safe_date(json_text('record', 'snapshot_date')),
) }}
