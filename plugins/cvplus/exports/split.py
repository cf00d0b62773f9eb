"""Parting a record, before anything is written, into what the warehouse may hold and what the vault holds."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from cvplus.exports.cv_record import measured_cv
from cvplus.exports.registry import DROPPED_ON, SUBJECT, Entity, FieldRule
from cvplus.privacy.keys import SubjectKeyring
from cvplus.privacy.personal import PersonalRules, load_personal_rules
from cvplus.privacy.vault import PersonalData
from cvplus.values.rejected_fields import REJECTED_FIELDS

LONGEST_LABEL = 300


@dataclass(frozen=True, slots=True)
class SplitRecord:
    """A record in two parts.

    ``plain`` goes to lake and raw, sealed when it has a ``subject_id``. ``personal`` goes to the vault, under
    the subject's key, or under a key of the record's own when the record names no person.
    """

    subject_id: str | None
    plain: dict[str, Any]
    personal: PersonalData | None


def split_record(
    entity: Entity, record: dict[str, Any], dropped_on: date, keyring: SubjectKeyring
) -> SplitRecord:
    """Part a checked record. Nulls are left out: a missing field and null mean the same."""
    rules = load_personal_rules()
    subject_id: str | None = None
    plain: dict[str, Any] = {}
    removed: dict[str, Any] = {}
    for name, value in record.items():
        rule = entity.fields.get(name)
        if value is None or value == "":
            continue
        if name == REJECTED_FIELDS:
            # What was set aside may be anything that somebody typed: of the value only the vault knows.
            plain[name] = [{part: note[part] for part in note if part != "value"} for note in value]
            removed[name] = value
        elif rule is not None and rule.kind == "subject":
            subject_id = keyring.subject_id(str(value))
        elif rule is None:
            _sift_into(rules, name, value, plain, removed)
        else:
            _place(rules, rule, name, value, plain, removed)
    for name, rule in entity.fields.items():
        if rule.default is not None:
            plain.setdefault(name, rule.default)
        elif rule.kind == "document":
            plain.update(measured_cv(record))
    plain.pop(SUBJECT, None)
    if subject_id is not None:
        plain[SUBJECT] = subject_id
    plain[DROPPED_ON] = dropped_on.isoformat()
    if not removed:
        return SplitRecord(subject_id, plain, None)
    key = "|".join(str(plain.get(part)) for part in entity.key)
    owner = subject_id or keyring.subject_id(f"{entity.name}|{key}")
    content = orjson.dumps(removed, option=orjson.OPT_SORT_KEYS)
    return SplitRecord(subject_id, plain, PersonalData(owner, entity.name, key, content, dropped_on))


def _place(
    rules: PersonalRules,
    rule: FieldRule,
    name: str,
    value: Any,
    plain: dict[str, Any],
    removed: dict[str, Any],
) -> None:
    """Put a declared field's value where its kind says."""
    if rule.kind in ("free_text", "document"):
        removed[name] = value
    elif rule.kind == "object":
        _sift_into(rules, name, value, plain, removed)
    elif rule.kind in ("label", "text"):
        text = rules.redact(value)
        plain[name] = text[:LONGEST_LABEL] if rule.kind == "label" else text
        if plain[name] != value:
            removed[name] = value
    elif rule.kind == "list":
        items = [value] if isinstance(value, str) else value
        plain[name] = [rules.redact(item) for item in items if isinstance(item, str)]
        if plain[name] != items:
            removed[name] = value
    elif rule.kind == "integer":
        plain[name] = int(float(value))
    elif rule.kind == "boolean":
        plain[name] = value in (True, "true")
    elif rule.kind == "id":
        plain[name] = str(value)
    else:
        plain[name] = value


def _sift_into(
    rules: PersonalRules, name: str, value: Any, plain: dict[str, Any], removed: dict[str, Any]
) -> None:
    """Put the plain part of an undeclared or free-form value beside the record, and the rest aside."""
    if not rules.is_plain(name) or (rules.is_personal_field(name)):
        removed[name] = value
        return
    stays, goes = rules.sift(value)
    if stays is not None:
        plain[name] = stays
    if goes is not None:
        removed[name] = goes
