"""Each way in which a line, or a value, can be unusable has a code of its own; no reason shows the line."""

import json
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvplus.exports.checks import parse_line, settle_record
from cvplus.exports.masking import masked_line, masked_record
from cvplus.exports.registry import find_entity
from cvplus.values.rejected_fields import REJECTED_FIELDS, Fault

APPLICATION: dict[str, Any] = {
    "applicationId": "A1",
    "userId": "U1",
    "cvId": "C1",
    "cvVersion": 1,
    "jobKey": "cvplus:J1",
    "appliedAt": "2026-05-05T10:00:00+02:00",
    "updatedAt": "2026-05-05T10:00:00Z",
}
OUTCOME: dict[str, Any] = {
    "outcomeId": "O1",
    "applicationId": "A1",
    "outcome": "offer",
    "occurredAt": "2026-05-05T10:00:00Z",
}


KNOWN = datetime(2026, 6, 1, tzinfo=UTC)


def code_of(entity: str, record: dict[str, Any]) -> str | None:
    """Why the record is rejected, else why a field of it is (marked so)."""
    record = dict(record)
    fault = settle_record(find_entity(entity), record, KNOWN)
    if fault is not None:
        return fault.reason_code
    notes = record.get(REJECTED_FIELDS, [])
    assert all(record[note["field"]] is None for note in notes)
    return " ".join(f"field {note['reason_code']}" for note in notes) or None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "not_json"),
        (b'{"a": NaN', "not_json"),
        (b'{"a": "\xff"}', "not_utf8"),
        (b"[1]", "not_an_object"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested_too_deep"),
    ],
)
def test_a_line_that_is_no_record_says_why(line: bytes, code: str) -> None:
    fault = parse_line(line)
    assert isinstance(fault, Fault)
    assert fault.reason_code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('"x\\u0000y"', "null_character"),
        ('"\\ud83d"', "text_invalid"),
        ("NaN", "number_not_finite"),
        ("-Infinity", "number_not_finite"),
        ("1e400", "number_not_finite"),
        ("9" * 5_000, "number_not_finite"),
        ("9" * 400 + ".5", "number_not_finite"),
        ('1, "cvVersion": 2', "key_repeated"),
    ],
)
def test_a_value_that_cannot_be_carried_costs_its_field(text: str, code: str) -> None:
    line = json.dumps(APPLICATION | {"cvVersion": "?", "channel": "web"}).replace('"?"', text).encode()
    assert code_of("applications", parsed(line)) == f"field {code}"
    needed = json.dumps(APPLICATION | {"jobKey": "?"}).replace('"?"', text.replace("cvVersion", "jobKey"))
    assert code_of("applications", parsed(needed.encode())) == code


def test_of_what_nests_too_deep_the_upper_part_stays() -> None:
    deep = "[" * 150 + "1" + "]" * 150
    event = {"eventId": "E", "eventType": "feature_usage", "userId": "U", "timestamp": "2026-05-05T10:00:00Z"}
    line = json.dumps(event | {"metadata": {"deep": "?", "seconds": 3}}).replace('"?"', deep).encode()
    record = parsed(line)
    assert settle_record(find_entity("events"), record, KNOWN) is None
    (note,) = record[REJECTED_FIELDS]
    assert (note["field"], note["reason_code"]) == ("metadata", "nested_too_deep")
    assert record["metadata"]["seconds"] == 3


def parsed(line: bytes) -> dict[str, Any]:
    record = parse_line(line)
    assert isinstance(record, dict)
    return record


@pytest.mark.parametrize("name", ["_sealed", "_rejected_fields", "_dropped_on"])
def test_a_record_cannot_pass_for_one_of_the_plants_own(name: str) -> None:
    record = parsed(json.dumps(APPLICATION | {name: "AAAA"}).encode())
    assert settle_record(find_entity("applications"), record, KNOWN) is None
    (note,) = record.pop(REJECTED_FIELDS)
    assert (note["field"], note["reason_code"]) == (name, "value_not_allowed")
    assert record == APPLICATION


def test_an_unknown_fields_name_is_not_told() -> None:
    record = parsed(json.dumps(APPLICATION | {"lena@example.org": "?"}).replace('"?"', "NaN").encode())
    assert settle_record(find_entity("applications"), record, KNOWN) is None
    assert [note["field"] for note in record[REJECTED_FIELDS]] == ["an unknown field"]
    assert "lena" not in str(record[REJECTED_FIELDS])


def test_an_escaped_backslash_before_u0000_is_ordinary_text() -> None:
    assert parse_line(rb'{"a": "\\u0000"}') == {"a": r"\u0000"}


@pytest.mark.parametrize(
    ("entity", "change", "code"),
    [
        ("applications", {}, None),
        ("applications", {"unknown": "kept"}, None),
        ("applications", {"cvVersion": None, "channel": ""}, None),
        ("applications", {"userId": None}, "field_missing"),
        ("applications", {"jobKey": ""}, "field_missing"),
        ("applications", {"appliedAt": "2026-05-05T10:00:00"}, "instant_invalid"),
        ("applications", {"appliedAt": "yesterday"}, "instant_invalid"),
        ("applications", {"appliedAt": 1746439200}, "instant_invalid"),
        ("applications", {"appliedAt": "0001-01-01T00:00:00+14:00"}, "instant_outside"),
        ("applications", {"appliedAt": "9999-12-31T23:59:59-14:00"}, "instant_outside"),
        ("applications", {"appliedAt": "2026-06-03T00:00:00Z"}, "instant_outside"),
        ("applications", {"appliedAt": "2026-02-30T00:00:00Z"}, "instant_invalid"),
        ("applications", {"appliedAt": "2016-12-31T23:59:60Z"}, "instant_invalid"),
        ("applications", {"appliedAt": "2026-01-01T00:00:00+99:99"}, "instant_invalid"),
        ("applications", {"cvVersion": "two"}, "field type_wrong"),
        ("applications", {"cvVersion": 1.5}, "field type_wrong"),
        ("applications", {"cvVersion": -1}, "field value_not_allowed"),
        ("applications", {"cvVersion": True}, "field type_wrong"),
        ("applications", {"channel": ["web"], "cvVersion": 1e10}, "field value_not_allowed field type_wrong"),
        ("applications", {"applicationId": "lena@example.org"}, "value_not_allowed"),
        ("applications", {"applicationId": ["A1"]}, "type_wrong"),
        ("applications", {"applicationId": "x" * 201}, "value_not_allowed"),
        ("outcomes", {"outcome": "ghosted"}, "value_not_allowed"),
        ("outcomes", {"outcome": ["offer"]}, "value_not_allowed"),
        ("outcomes", {"salaryPeriod": "week"}, "field value_not_allowed"),
        ("outcomes", {"salaryAmount": "120000.50"}, None),
        ("outcomes", {"salaryAmount": "120k"}, "field type_wrong"),
        ("outcomes", {"salaryAmount": 1e300}, "field value_not_allowed"),
        ("outcomes", {"salaryAmount": "1e400"}, "field number_not_finite"),
    ],
)
def test_a_record_that_breaks_a_rule_says_which(
    entity: str, change: dict[str, Any], code: str | None
) -> None:
    base = APPLICATION if entity == "applications" else OUTCOME
    assert code_of(entity, base | change) == code


NOW = "2026-01-01T00:00:00Z"
CV: dict[str, Any] = {"cvId": "C", "userId": "U", "version": 1, "updatedAt": NOW}
COST: dict[str, Any] = {"costDate": "2026-01-01", "category": "infra", "amount": 1, "currency": "USD"}
FEEDBACK: dict[str, Any] = {"feedbackId": "F", "userId": "U", "givenAt": NOW}


@pytest.mark.parametrize(
    ("entity", "record", "code"),
    [
        ("cvs", CV, "field_missing"),
        ("cvs", CV | {"document": "text"}, "type_wrong"),
        ("cvs", CV | {"document": {}}, None),
        ("feedback", FEEDBACK | {"score": 6}, "value_not_allowed"),
        ("feedback", FEEDBACK | {"score": 4.5, "context": {"page": "x"}}, None),
        ("costs", COST, None),
        ("costs", COST | {"costDate": "01.01.2026"}, "instant_invalid"),
        ("costs", COST | {"costDate": "20260101"}, "instant_invalid"),
        ("costs", COST | {"currency": "US Dollar"}, "value_not_allowed"),
        ("service_checks", {"checkedAt": NOW, "service": "api", "isUp": "yes"}, "type_wrong"),
        ("support_tickets", {"ticketId": "T", "openedAt": NOW, "updatedAt": NOW}, None),
    ],
)
def test_kinds_of_fields(entity: str, record: dict[str, Any], code: str | None) -> None:
    assert code_of(entity, record) == code


@given(
    st.dictionaries(
        st.sampled_from([*APPLICATION, "name"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=20)
        | st.lists(st.integers(), max_size=2),
    )
)
def test_any_object_is_judged_and_never_raises(record: dict[str, Any]) -> None:
    entity = find_entity("applications")
    fault = settle_record(entity, dict(record), KNOWN)
    assert fault is None or fault.reason_code in {
        "field_missing",
        "type_wrong",
        "value_not_allowed",
        "instant_invalid",
        "instant_outside",
    }
    masked_record(entity, record)


def test_nothing_personal_is_shown_of_a_rejected_record() -> None:
    personal = {"channel": "Lena Vasquez", "email": "lena@example.org", "cvVersion": "Lena"}
    record = APPLICATION | personal | {"jobKey": None}
    fault = settle_record(find_entity("applications"), dict(record), KNOWN)
    assert fault is not None
    shown = masked_record(find_entity("applications"), record) + fault.reason
    assert "applicationId=A1" in shown
    assert "and 1 unknown fields" in shown
    assert not any(secret in shown for secret in ("Lena", "Vasquez", "example", "U1"))


def test_of_a_line_that_is_not_json_the_shape_is_shown() -> None:
    assert masked_line(b'{"name": "Lena 42", ') == '{"xxxx": "xxxx 00", '


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_rejected(line: bytes) -> None:
    outcome = parse_line(line)
    if isinstance(outcome, dict):
        assert orjson.loads(orjson.dumps(outcome)) == outcome
    else:
        assert isinstance(outcome, Fault)
        assert outcome.reason
    assert len(masked_line(line)) <= len(line.decode(errors="replace"))
