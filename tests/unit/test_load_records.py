"""What a record is called, what counts as the same record, and when it was known."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvplus.instants import UnreadableInstant, parse_instant
from cvplus.lake.items import Counter
from cvplus.resources import KnownAt
from cvplus.warehouse.instants import known_at
from cvplus.warehouse.masking import mask_text
from cvplus.warehouse.records import DROPPED_ON, Refused, identity_of_line, record_key, serialise

FETCHED_AT = datetime(2026, 11, 20, 6, tzinfo=UTC)


def test_a_key_joins_its_parts_and_takes_plain_values_only() -> None:
    assert record_key({"a": {"b": 7}, "c": True}, ["a.b", "c"]) == "7|true"
    unusable: list[dict[str, Any]] = [{}, {"a": None}, {"a": ""}, {"a": []}, {"a": {}}]
    for record in unusable:
        with pytest.raises(Refused) as raised:
            record_key(record, ["a"])
        assert raised.value.reason_code == "key_missing"


def test_the_hash_sees_content_and_neither_order_nor_the_day_of_delivery() -> None:
    hashes = {
        serialise(record)[1]
        for record in (
            {"a": 1, "b": {"c": 2, "d": 3}, "_dropped_on": "2026-11-01"},
            {"b": {"d": 3, "c": 2}, "a": 1, "_dropped_on": "2026-11-02"},
            {"b": {"d": 3, "c": 2}, "a": 1},
        )
    }
    assert len(hashes) == 1
    assert serialise({"a": 2, "b": {"c": 2, "d": 3}})[1] not in hashes
    assert b"_dropped_on" in serialise({"a": 1, "_dropped_on": "2026-11-01"})[0]


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [("a\x00b", True), ("\\\x00", True), ("\\u0000", False), ("\\\\u0000", False), ("plain", False)],
)
def test_only_a_real_nul_is_refused(text: str, is_refused: bool) -> None:
    if is_refused:
        with pytest.raises(Refused, match=r"U\+0000"):
            serialise({"text": text})
    else:
        serialise({"text": text})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-18T00:00:00.0000", "2026-11-18T00:00:00+00:00"),
        ("2026-12-02T23:59:59.9970001", "2026-12-02T23:59:59.997000+00:00"),
        ("2026-11-19T08:11:22Z", "2026-11-19T08:11:22+00:00"),
        ("2026-11-19T08:11:22-05:00", "2026-11-19T13:11:22+00:00"),
        ("2026-11-19T08:11:22z", "2026-11-19T08:11:22+00:00"),
        ("2026-11-19 08:11:22+00", "2026-11-19T08:11:22+00:00"),
        ("2026-11-19 08:11:22-05", "2026-11-19T13:11:22+00:00"),
        ("2026-11-19 08:11:22 UTC", "2026-11-19T08:11:22+00:00"),
        ("2026-11-18", "2026-11-18T00:00:00+00:00"),
        (1763812345, "2025-11-22T11:52:25+00:00"),
        (1763812345678, "2025-11-22T11:52:25.678000+00:00"),
    ],
)
def test_instants_are_read_in_the_forms_that_providers_use(value: object, expected: str) -> None:
    assert parse_instant(value) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "value",
    [None, True, "soon", "", [], float("nan"), float("inf"), 1e300, "9999-12-31", "0001-01-01T00:00+14"],
)
def test_anything_else_is_no_instant(value: object) -> None:
    with pytest.raises(UnreadableInstant):
        parse_instant(value)


def test_the_three_rules_of_knowledge() -> None:
    record: dict[str, object] = {"at": "2026-11-01T10:00:00Z", "_dropped_on": "2026-11-02"}
    assert known_at(record, KnownAt(rule="observed"), FETCHED_AT) == FETCHED_AT
    published = KnownAt(rule="published", path="at", lag_hours=24)
    assert known_at(record, published, FETCHED_AT) == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert known_at(record, KnownAt(rule="dropped"), FETCHED_AT) == datetime(2026, 11, 3, tzinfo=UTC)
    for rule in (published, KnownAt(rule="dropped")):
        with pytest.raises(UnreadableInstant):
            known_at({}, rule, FETCHED_AT)


def test_masking_hides_contact_details_and_leaves_ids_and_dates() -> None:
    text = "ann.lee+x@mail.example.org, +49 30 123456-7, (030) 12345-67, 555-123-4567, 812345600, 2026-11-18"
    assert mask_text(text) == "[email], [phone], [phone], [phone], 812345600, 2026-11-18"
    assert len(mask_text("ä" * 9_000).encode()) <= 4_000


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON_VALUES))
def test_a_canonical_line_is_the_identity_that_the_record_would_get(record: dict[str, Any]) -> None:
    counter = Counter()
    (line,) = b"".join(counter.blocks([[record]], [], io.BytesIO())).splitlines()
    if not counter.is_canonical or DROPPED_ON in record:
        return
    try:
        expected: Any = serialise(json.loads(line))
    except Refused as refused:
        expected = refused.reason_code
    try:
        found: Any = identity_of_line(line)
    except Refused as refused:
        found = refused.reason_code
    assert found == expected


def test_a_line_that_was_given_as_bytes_is_not_taken_for_canonical() -> None:
    counter = Counter()
    list(counter.blocks([[b'{"b": 1, "a": 2}']], [], io.BytesIO()))
    assert not counter.is_canonical
