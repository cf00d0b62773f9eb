"""Whether a line is a record of its entity; if not, why, in words that hold nothing of its content."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from cvplus.exports.registry import Entity, FieldRule
from cvplus.privacy.personal import load_personal_rules

LONGEST_ID = 200
LONGEST_TOKEN = 64
_DEEPEST = 100
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
_LARGEST_NUMBER = 1e15
_NULL_CHARACTER = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_EMAIL_SIGN = "@"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line is not usable: a stable code, and a sentence that names fields but never their values."""

    reason_code: str
    reason: str


def parse_line(line: bytes) -> dict[str, Any] | Fault:
    """The JSON object of a line."""
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        try:
            line.decode()
        except UnicodeDecodeError as error:
            return Fault("not_utf8", f"Byte {error.start + 1} of the line is not UTF-8.")
        return Fault("not_json", f"The line of {len(line)} bytes is not JSON.")
    if not isinstance(record, dict):
        return Fault("not_an_object", "The line is JSON, but not an object.")
    if b"\\u0000" in line and _NULL_CHARACTER.search(line):
        return Fault("null_character", "A text holds the character U+0000, which the warehouse cannot store.")
    if line.count(b"[") + line.count(b"{") > _DEEPEST and _is_too_deep(record):
        return Fault("nested_too_deep", f"The record nests deeper than {_DEEPEST} levels.")
    return record


def check_record(entity: Entity, record: dict[str, Any]) -> Fault | None:
    """The first thing that is wrong with a record; ``None`` when it is usable."""
    for name, rule in entity.fields.items():
        value = record.get(name)
        if value is None or value == "":
            if rule.required:
                return Fault("field_missing", f"The required field {name} is missing.")
            continue
        fault = _CHECKS[rule.kind](rule, value) if rule.kind in _CHECKS else None
        if fault is not None:
            return Fault(fault.reason_code, f"The field {name} {fault.reason}")
    return None


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
        if datetime.fromisoformat(value).utcoffset() is not None:
            return None
    except (TypeError, ValueError):
        pass
    return Fault("instant_invalid", "is not an ISO 8601 instant with an offset.")


def _check_date(rule: FieldRule, value: Any) -> Fault | None:
    try:
        if date.fromisoformat(value).isoformat() == value:
            return None
    except (TypeError, ValueError):
        pass
    return Fault("instant_invalid", "is not a date of the form YYYY-MM-DD.")


def _check_number(rule: FieldRule, value: Any) -> Fault | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number and not (isinstance(value, str) and _NUMBER.fullmatch(value)):
        return Fault("type_wrong", "must be a number.")
    if rule.required and isinstance(value, str) and load_personal_rules().find(value):
        return Fault("value_not_allowed", "is text that is a person's number.")
    number = float(value)
    if rule.kind == "integer" and not number.is_integer():
        return Fault("type_wrong", "must be a whole number.")
    if abs(number) > _LARGEST_NUMBER:
        return Fault("value_not_allowed", "is larger than any amount can be.")
    if rule.minimum is not None and number < rule.minimum:
        return Fault("value_not_allowed", f"is below {rule.minimum:g}.")
    if rule.maximum is not None and number > rule.maximum:
        return Fault("value_not_allowed", f"is above {rule.maximum:g}.")
    return None


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
    "number": _check_number,
    "integer": _check_number,
    "boolean": _check_boolean,
    "list": _check_list,
    "document": _check_document,
}


def _is_too_deep(value: Any) -> bool:
    """Whether a JSON value nests beyond the limit, found without recursion."""
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, dict | list):
            if depth > _DEEPEST:
                return True
            children = item.values() if isinstance(item, dict) else item
            waiting.extend((child, depth + 1) for child in children)
    return False
