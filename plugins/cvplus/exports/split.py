"""Parting a record, before anything is written, into what the warehouse may hold and what the vault holds."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from cvplus.exports.codes import WITHHELD, is_code
from cvplus.exports.cv_document import name_parts
from cvplus.exports.cv_record import measured_cv
from cvplus.exports.registry import DROPPED_ON, SET_ASIDE, SUBJECT, Entity, FieldRule
from cvplus.privacy.keys import SubjectKeyring
from cvplus.privacy.personal import PersonalRules, load_personal_rules
from cvplus.privacy.vault import PersonalData
from cvplus.values.rejected_fields import REJECTED_FIELDS

LONGEST_LABEL = 300
UNKNOWN_FIELDS = "unknown_fields"


@dataclass(frozen=True, slots=True)
class SplitRecord:
    """A record in two parts.

    ``plain`` goes to lake and raw, sealed when it has a ``subject_id``. ``personal`` goes to the vault, under
    the subject's key, or under a key of the record's own when the record names no person.
    """

    subject_id: str | None
    plain: dict[str, Any]
    personal: PersonalData | None


@dataclass(slots=True)
class _Parts:
    """A record while it is being parted. ``aside`` says of each declared field why it is not as it came."""

    entity: Entity
    keyring: SubjectKeyring
    rules: PersonalRules
    person: frozenset[str]
    plain: dict[str, Any] = field(default_factory=dict)
    removed: dict[str, Any] = field(default_factory=dict)
    aside: dict[str, str] = field(default_factory=dict)

    def set_aside(self, name: str, value: Any, reason: str) -> None:
        """Give the value to the vault; an undeclared field, whose name may be a person's, is not named."""
        self.removed[name] = value
        self.aside[name if name in self.entity.fields else UNKNOWN_FIELDS] = reason


def split_record(
    entity: Entity, record: dict[str, Any], dropped_on: date, keyring: SubjectKeyring
) -> SplitRecord:
    """Part a checked record. Nulls are left out: a missing field and null mean the same.

    A field whose value may not stay is left out, masked or stood in for, and named with the reason in
    ``_set_aside``: ``not_a_code``, ``personal``, ``too_long``, ``typed``, ``not_text``.
    """
    parts = _Parts(entity, keyring, load_personal_rules(), name_parts(record.get("document")))
    plain = parts.plain
    subject_id: str | None = None
    for name, value in record.items():
        rule = entity.fields.get(name)
        if value is None or value == "":
            continue
        if name == REJECTED_FIELDS:
            # What was set aside may be anything that somebody typed: of the value only the vault knows.
            plain[name] = [{part: note[part] for part in note if part != "value"} for note in value]
            parts.removed[name] = value
        elif rule is not None and rule.kind == "subject":
            subject_id = keyring.subject_id(str(value))
        elif rule is None:
            _sift_into(parts, name, value)
        else:
            _place(parts, rule, name, value)
    for name, rule in entity.fields.items():
        if rule.default is not None:
            plain.setdefault(name, rule.default)
        elif rule.kind == "document":
            plain.update(measured_cv(record))
    plain.pop(SUBJECT, None)
    plain.pop(SET_ASIDE, None)
    if subject_id is not None:
        plain[SUBJECT] = subject_id
    if parts.aside:
        plain[SET_ASIDE] = parts.aside
    plain[DROPPED_ON] = dropped_on.isoformat()
    if not parts.removed:
        return SplitRecord(subject_id, plain, None)
    key = "|".join(str(plain.get(part)) for part in entity.key)
    owner = subject_id or keyring.subject_id(f"{entity.name}|{key}")
    content = orjson.dumps(parts.removed, option=orjson.OPT_SORT_KEYS)
    return SplitRecord(subject_id, plain, PersonalData(owner, entity.name, key, content, dropped_on))


def _place(parts: _Parts, rule: FieldRule, name: str, value: Any) -> None:
    """Put a declared field's value where its kind says."""
    plain = parts.plain
    if rule.kind in ("free_text", "document"):
        parts.removed[name] = value
    elif rule.kind == "object":
        _sift_into(parts, name, value)
    elif rule.kind in ("label", "text"):
        text = parts.rules.redact(value, parts.person)
        is_long = rule.kind == "label" and len(text) > LONGEST_LABEL
        plain[name] = text[:LONGEST_LABEL] if is_long else text
        if plain[name] != value:
            parts.set_aside(name, value, "personal" if text != value else "too_long")
    elif rule.kind == "list":
        items = [value] if isinstance(value, str) else value
        texts = [item for item in items if isinstance(item, str)]
        plain[name] = [parts.rules.redact(item, parts.person) for item in texts]
        if plain[name] != items:
            parts.set_aside(name, value, "personal" if plain[name] != texts else "not_text")
    elif rule.kind in ("code", "token"):
        _place_code(parts, rule, name, value)
    elif rule.kind in ("number", "integer") and isinstance(value, str) and parts.rules.find(value):
        parts.set_aside(name, value, "personal")
    elif rule.kind == "integer":
        plain[name] = int(float(value))
    elif rule.kind == "boolean":
        plain[name] = value in (True, "true")
    elif rule.kind == "id":
        _place_id(parts, name, str(value))
    else:
        plain[name] = value


def _place_code(parts: _Parts, rule: FieldRule, name: str, value: str) -> None:
    """Keep a code. Of what is none, the record keeps a sign where it needs the field, and else nothing."""
    if is_code(parts.rules, rule, value):
        parts.plain[name] = value
        return
    if name in parts.entity.key:
        parts.plain[name] = _stand_in(parts.keyring, value)
    elif rule.required:
        parts.plain[name] = WITHHELD
    parts.set_aside(name, value, "not_a_code")


def _place_id(parts: _Parts, name: str, value: str) -> None:
    """Keep an id; one that is somebody's number or address has a stand-in, the same wherever it is named."""
    if not parts.rules.find(value):
        parts.plain[name] = value
        return
    source, colon, _ = value.partition(":")
    is_of_source = bool(colon) and parts.rules.is_code(source)
    stand_in = _stand_in(parts.keyring, value)
    parts.plain[name] = f"{source}:{stand_in}" if is_of_source else stand_in
    parts.set_aside(name, value, "personal")


def _stand_in(keyring: SubjectKeyring, value: str) -> str:
    """A keyed hash: it joins as the value does, and tells nothing of it."""
    return f"~{keyring.subject_id(f'id|{value}')}"


def _sift_into(parts: _Parts, name: str, value: Any) -> None:
    """Put the plain part of an undeclared or free-form value beside the record, and the rest aside."""
    rules = parts.rules
    if not rules.is_plain_name(name) or rules.is_personal_field(name):
        parts.set_aside(name, value, "personal")
        return
    stays, goes = rules.sift(value, name)
    if stays is not None:
        parts.plain[name] = stays
    if goes is not None:
        parts.set_aside(name, goes, "typed")
