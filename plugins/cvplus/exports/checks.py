"""Whether a line is a record of its entity; if not, why, in words that hold nothing of its content.

A value that breaks a rule costs its field, where the record can do without; else it costs the record.
"""

import json
import math
import re
from datetime import date, datetime
from typing import Any

import orjson

from cvplus.exports.registry import DROPPED_ON, SET_ASIDE, Entity, FieldRule
from cvplus.exports.seal import SEALED
from cvplus.instants import iso_instant
from cvplus.privacy.personal import load_personal_rules
from cvplus.values.portable import make_portable, once_each
from cvplus.values.rejected_fields import REJECTED_FIELDS, Fault, RejectedField, add_notes
from cvplus.values.spans import load_spans

LONGEST_ID = 200
LONGEST_TOKEN = 64
_LONGEST_INTEGER = 400
_NULL_CHARACTER = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_EMAIL_SIGN = "@"
_UNKNOWN = "an unknown field"
# Names of the plant's own notes: a record that came with one could pass for what it is not.
_RESERVED = (SEALED, REJECTED_FIELDS, SET_ASIDE, DROPPED_ON)
_NUMBERS = ("number", "integer")
_IS_PERSONAL = Fault("value_not_allowed", "is text that is a person's number.")
_IS_RESERVED = Fault("value_not_allowed", "has a name that is the plant's own.")


def parse_line(line: bytes) -> dict[str, Any] | Fault:
    """The JSON object of a line; values that cannot be carried on are null in it, and noted."""
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        try:
            line.decode()
        except UnicodeDecodeError as error:
            return Fault("not_utf8", f"Byte {error.start + 1} of the line is not UTF-8.")
        return _with_care(line)
    if not isinstance(record, dict):
        return Fault("not_an_object", "The line is JSON, but not an object.")
    if (
        (b"\\u0000" in line and _NULL_CHARACTER.search(line))
        or _may_nest_too_deep(line)
        or _has_repeats(line, record)
    ):
        return _with_care(line)
    return record if record.keys().isdisjoint(_RESERVED) else _without_reserved(record, [])


def _may_nest_too_deep(line: bytes) -> bool:
    return line.count(b"[") + line.count(b"{") > load_spans().deepest


def _has_repeats(line: bytes, record: dict[str, Any]) -> bool:
    """Whether a key may stand twice in an object: written again, the record has fewer colons then."""
    try:
        return line.count(b":") != orjson.dumps(record).count(b":")
    except orjson.JSONEncodeError:
        return True


def _with_care(line: bytes) -> dict[str, Any] | Fault:
    """The line's object, read slowly: what cannot be carried on costs the value that holds it."""
    try:
        record = json.loads(line, object_pairs_hook=once_each, parse_int=_integer)
    except RecursionError:
        return Fault("nested_too_deep", "The record nests deeper than can be read.")
    except ValueError:
        return Fault("not_json", f"The line of {len(line)} bytes is not JSON.")
    if not isinstance(record, dict):
        return Fault("not_an_object", "The line is JSON, but not an object.")
    return _without_reserved(record, make_portable(record, load_spans().deepest))


def _integer(digits: str) -> int | float:
    """An integer; one of hundreds of digits is beyond all numbers."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else math.inf


def _without_reserved(record: dict[str, Any], rejected: list[RejectedField]) -> dict[str, Any]:
    for name in _RESERVED:
        if name in record:
            rejected.append(RejectedField.of(name, _IS_RESERVED, record.pop(name)))
    add_notes(record, rejected)
    return record


def settle_record(entity: Entity, record: dict[str, Any], known: datetime) -> Fault | None:
    """Set aside the values that break a rule where the record can do without: null there, and noted.

    Args:
        entity: whose record it is.
        record: as :func:`parse_line` gives it; changed.
        known: when the record was known: what has happened did so before.

    Returns:
        What makes the record unusable: a required field is missing, or a value in it or in the key breaks a
        rule.
    """
    rejected = [_told(entity, note) for note in record.pop(REJECTED_FIELDS, ())]
    for name, rule in entity.fields.items():
        value = record.get(name)
        if value is None or value == "":
            lost = next((found for found in rejected if found.field == name), None)
            if lost is not None and (rule.required or name in entity.key):
                return Fault(lost.reason_code, lost.reason)
            if rule.required:
                return Fault("field_missing", f"The required field {name} is missing.")
            continue
        fault = field_fault(rule, value, known)
        if fault is None:
            continue
        if rule.required or name in entity.key:
            return Fault(fault.reason_code, f"The field {name} {fault.reason}")
        record[name] = None
        rejected.append(RejectedField.of(name, fault, value))
    add_notes(record, rejected)
    return None


def _told(entity: Entity, note: dict[str, str]) -> RejectedField:
    """A note without names that somebody typed: of unknown fields, and of what lies in one, none is told."""
    top = note["field"].partition(".")[0]
    shown = top if top in entity.fields or top in _RESERVED else _UNKNOWN
    reason = note["reason"].replace(f"The field {note['field']} ", f"The field {shown} ", 1)
    return RejectedField(shown, note["reason_code"], reason, note.get("value"))


def field_fault(rule: FieldRule, value: Any, known: datetime) -> Fault | None:
    """What is wrong with a field's value, which was known at an instant; ``None`` when nothing is."""
    fault = _CHECKS[rule.kind](rule, value) if rule.kind in _CHECKS else None
    if fault is None and rule.span is not None:
        fault = load_spans().spans[rule.span].fault(value, known)
    if fault is None and rule.required and rule.kind in _NUMBERS and isinstance(value, str):
        # One that the record can do without goes to the vault when the record is parted.
        fault = _IS_PERSONAL if load_personal_rules().find(value) else None
    return fault


def _check_id(rule: FieldRule, value: Any) -> Fault | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return Fault("type_wrong", "must be text.")
    if len(str(value)) > LONGEST_ID:
        return Fault("value_not_allowed", f"is longer than {LONGEST_ID} characters.")
    if rule.kind != "subject" and _EMAIL_SIGN in str(value):
        return Fault("value_not_allowed", "looks like an e-mail address, which an id must not be.")
    return None


def _check_token(rule: FieldRule, value: Any) -> Fault | None:
    if not isinstance(value, str):
        return Fault("type_wrong", "must be text.")
    if len(value) > LONGEST_TOKEN or any(character.isspace() for character in value):
        return Fault("value_not_allowed", f"must be one word of at most {LONGEST_TOKEN} characters.")
    return None


def _check_enum(rule: FieldRule, value: Any) -> Fault | None:
    if value not in rule.values:
        return Fault("value_not_allowed", f"is not one of {', '.join(rule.values)}.")
    return None


def _check_text(rule: FieldRule, value: Any) -> Fault | None:
    return None if isinstance(value, str) else Fault("type_wrong", "must be text.")


def _check_instant(rule: FieldRule, value: Any) -> Fault | None:
    try:
        if isinstance(value, str) and iso_instant(value).utcoffset() is not None:
            return None
    except ValueError:
        pass
    return Fault("instant_invalid", "is not an ISO 8601 instant with an offset.")


def _check_date(rule: FieldRule, value: Any) -> Fault | None:
    try:
        if date.fromisoformat(value).isoformat() == value:
            return None
    except (TypeError, ValueError):
        pass
    return Fault("instant_invalid", "is not a date of the form YYYY-MM-DD.")


def _check_boolean(rule: FieldRule, value: Any) -> Fault | None:
    return (
        None
        if isinstance(value, bool) or value in ("true", "false")
        else Fault("type_wrong", "must be true or false.")
    )


def _check_list(rule: FieldRule, value: Any) -> Fault | None:
    return None if isinstance(value, list | str) else Fault("type_wrong", "must be a list.")


def _check_document(rule: FieldRule, value: Any) -> Fault | None:
    return None if isinstance(value, dict) else Fault("type_wrong", "must be an object.")


_CHECKS = {
    "subject": _check_id,
    "id": _check_id,
    "token": _check_token,
    "enum": _check_enum,
    "code": _check_text,
    "label": _check_text,
    "text": _check_text,
    "instant": _check_instant,
    "date": _check_date,
    "boolean": _check_boolean,
    "list": _check_list,
    "document": _check_document,
}
