"""What may be shown of a line that was rejected; the line itself waits sealed in the vault."""

from datetime import UTC, datetime
from typing import Any

from cvplus.exports.checks import field_fault
from cvplus.exports.registry import Entity
from cvplus.privacy.personal import load_personal_rules, shape_of

_SHOWN_KINDS = ("id", "token", "enum", "instant", "date", "number", "integer", "boolean")


def masked_line(line: bytes) -> str:
    """A line that could not be read: its shape."""
    return shape_of(line[:2_000].decode(errors="replace"))


def masked_record(entity: Entity, record: dict[str, Any]) -> str:
    """A record that broke a rule: declared codes that keep theirs as they are, the rest as shapes."""
    rules = load_personal_rules()
    now = datetime.now(UTC)
    shown = []
    for name, value in record.items():
        rule = entity.fields.get(name)
        if rule is None:
            continue
        is_sound = rule.kind in _SHOWN_KINDS and (value is None or field_fault(rule, value, now) is None)
        if is_sound and (not isinstance(value, str) or rules.is_plain(value)):
            shown.append(f"{name}={value}")
        elif isinstance(value, dict | list):
            shown.append(f"{name}=<{type(value).__name__} of {len(value)}>")
        else:
            shown.append(f"{name}={shape_of(str(value), 60)}")
    if others := len(record.keys() - entity.fields.keys()):
        shown.append(f"and {others} unknown fields")
    return " ".join(shown)


def record_key(entity: Entity, record: dict[str, Any], subject_id: str | None) -> str | None:
    """The key of an exported record, as the load makes it; ``None`` when a part is missing or not plain."""
    rules = load_personal_rules()
    parts = []
    for name in entity.key:
        value = subject_id if name == "subject_id" else record.get(name)
        if value is None and name in entity.fields:
            value = entity.fields[name].default
        if value is None or isinstance(value, dict | list) or not rules.is_plain(str(value)):
            return None
        parts.append(str(value))
    return "|".join(parts)
