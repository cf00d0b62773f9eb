"""Each way in which a line can be unusable has a code of its own, and the reason never shows the line."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvplus.exports.checks import Fault, check_record, parse_line
from cvplus.exports.masking import masked_line, masked_record
from cvplus.exports.registry import find_entity

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


def code_of(entity: str, record: dict[str, Any]) -> str | None:
    fault = check_record(find_entity(entity), record)
    return None if fault is None else fault.reason_code


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "not_json"),
        (b'{"a": NaN}', "not_json"),
        (b'{"a": "\xff"}', "not_utf8"),
        (b"[1]", "not_an_object"),
        (b'{"a": "x\\u0000y"}', "null_character"),
        (b'{"a": ' + b"[" * 150 + b"]" * 150 + b"}", "nested_too_deep"),
    ],
)
def test_a_line_that_is_no_record_says_why(line: bytes, code: str) -> None:
    fault = parse_line(line)
    assert isinstance(fault, Fault)
    assert fault.reason_code == code


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
        ("applications", {"cvVersion": "two"}, "type_wrong"),
        ("applications", {"cvVersion": 1.5}, "type_wrong"),
        ("applications", {"cvVersion": -1}, "value_not_allowed"),
        ("applications", {"cvVersion": True}, "type_wrong"),
        ("applications", {"applicationId": "lena@example.org"}, "value_not_allowed"),
        ("applications", {"applicationId": ["A1"]}, "type_wrong"),
        ("applications", {"applicationId": "x" * 201}, "value_not_allowed"),
        ("outcomes", {"outcome": "ghosted"}, "value_not_allowed"),
        ("outcomes", {"outcome": ["offer"]}, "value_not_allowed"),
        ("outcomes", {"salaryPeriod": "week"}, "value_not_allowed"),
        ("outcomes", {"salaryAmount": "120000.50"}, None),
        ("outcomes", {"salaryAmount": "120k"}, "type_wrong"),
        ("outcomes", {"salaryAmount": 1e300}, "value_not_allowed"),
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
    fault = check_record(entity, record)
    assert fault is None or fault.reason_code in {
        "field_missing",
        "type_wrong",
        "value_not_allowed",
        "instant_invalid",
    }
    masked_record(entity, record)


def test_nothing_personal_is_shown_of_a_rejected_record() -> None:
    personal = {"channel": "Lena Vasquez", "email": "lena@example.org", "cvVersion": "Lena"}
    record = APPLICATION | personal | {"jobKey": None}
    fault = check_record(find_entity("applications"), record)
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
