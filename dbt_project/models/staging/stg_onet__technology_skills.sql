{{ stage_skill(
    'onet', 'technology_skills',
    skill_name=json_text('record', 'title'),
    skill_kind="'technology'",
    occupation_code="split_part(record ->> 'code', '.', 1)",
    skill_importance=safe_number(json_text('record', 'percentage')),
) }}
