{{ stage_skill(
    'onet', 'skills',
    skill_name=json_text('record', 'name'),
    source_skill_id=json_text('record', 'id'),
    skill_kind="'general'",
    occupation_code="split_part(record ->> 'code', '.', 1)",
    skill_importance=safe_number(json_text('record', 'importance')),
) }}
