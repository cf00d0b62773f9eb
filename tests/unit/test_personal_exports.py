"""No personal word, in whatever field of whatever export, is left in what lake, raw or the rejects get."""

import base64
import re
from datetime import UTC, date, datetime
from typing import Any, cast

import orjson
import psycopg
import pytest
from personal_kinds import NAME, PERSONAL_KINDS, PersonalKind
from planted_exports import all_planted, plain_record

from cvplus.exports.checks import parse_line, settle_record
from cvplus.exports.masking import masked_record, record_key
from cvplus.exports.registry import SET_ASIDE, Entity, find_entity, load_entities
from cvplus.exports.split import SplitRecord, split_record
from cvplus.privacy.keys import SubjectKeyring
from cvplus.privacy.master_key import parse_master_key

DAY = date(2026, 5, 1)
KNOWN = datetime(2026, 5, 2, tzinfo=UTC)
# What stays is measured without a database: ids need the master key alone.
KEYRING = SubjectKeyring(
    cast(psycopg.Connection, None), parse_master_key(base64.b64encode(bytes(32)).decode())
)
# What no form gives away: in a code or a free form it is set aside because it is no code.
SURNAME = "Vasquez"
BARE = (NAME, SURNAME, "1985-03-12", "219099999", "491711234567", "Lena V.", "52.520008,13.404954")


def split(entity: Entity, record: dict[str, Any]) -> SplitRecord:
    return split_record(entity, record, DAY, KEYRING)


def parsed(record: dict[str, Any]) -> dict[str, Any]:
    """The record as its line is read."""
    read = parse_line(orjson.dumps(record))
    assert isinstance(read, dict)
    return read


def in_clear(entity: Entity, record: dict[str, Any]) -> str:
    """All that is written unsealed of a record that comes in: the record, or its reject."""
    record = parsed(record)
    fault = settle_record(entity, record, KNOWN)
    if fault is None:
        return orjson.dumps(split(entity, record).plain).decode()
    key = record_key(entity, record, None)
    return orjson.dumps([fault.reason_code, fault.reason, masked_record(entity, record), key]).decode()


@pytest.mark.parametrize("kind", PERSONAL_KINDS, ids=lambda kind: kind.name)
def test_no_kind_stays_in_any_place_of_any_entity(kind: PersonalKind) -> None:
    places = 0
    for entity, place, record in all_planted(kind.text):
        places += 1
        assert not kind.is_in(in_clear(entity, record)), place
    assert places > 100


@pytest.mark.parametrize("words", BARE)
def test_what_is_no_code_does_not_stay_where_codes_belong(words: str) -> None:
    kind = PersonalKind("bare", words, words)
    checked = 0
    for entity, place, record in all_planted(words):
        field = re.match(r"\w+\.(\w+)", place)
        rule = entity.fields.get(field[1]) if field else None
        # A part of a name alone may be a trade in a CV: people called Cook may be cooks.
        if rule is None or rule.kind in ("code", "object") or (rule.kind == "document" and words != SURNAME):
            checked += 1
            assert not kind.is_in(in_clear(entity, record)), place
    assert checked > 40


def test_what_is_taken_off_is_kept_under_the_subjects_key_and_named_with_the_reason() -> None:
    entity = find_entity("applications")
    record = plain_record(entity) | {"channel": "Lena V.", "note": "She called."}
    parted = split(entity, record)
    assert parted.subject_id == KEYRING.subject_id("U-0")
    assert parted.plain[SET_ASIDE] == {"channel": "not_a_code", "unknown_fields": "personal"}
    assert "channel" not in parted.plain
    assert parted.personal is not None
    assert parted.personal.subject_id == parted.subject_id
    assert orjson.loads(parted.personal.content) == {"channel": "Lena V.", "note": "She called."}


@pytest.mark.parametrize(
    ("channel", "kept"),
    [
        ("job_board", "job_board"),
        ("Job Board", "Job Board"),
        ("carrier_pigeon", "carrier_pigeon"),
        ("Carrier Pigeon", None),
        ("+49 30 5550100", None),
    ],
)
def test_an_unknown_channel_does_not_lose_the_record(channel: str, kept: str | None) -> None:
    entity = find_entity("applications")
    record = plain_record(entity) | {"channel": channel}
    assert settle_record(entity, record, KNOWN) is None
    plain = split(entity, record).plain
    assert plain.get("channel") == kept
    assert plain["applicationId"] == record["applicationId"]


def test_a_required_code_says_that_it_is_withheld_and_a_key_keeps_apart() -> None:
    entity = find_entity("subscriptions")
    assert split(entity, plain_record(entity) | {"plan": "Lena V."}).plain["plan"] == "[withheld]"
    checks = find_entity("service_checks")
    one, other = (
        split(checks, plain_record(checks) | {"service": name}).plain for name in ("Lena V.", "Ann Q.")
    )
    assert one["service"].startswith("~")
    assert one["service"] != other["service"]


def test_an_id_that_is_somebodys_number_has_one_stand_in_wherever_it_is_named() -> None:
    iban = "DE89370400440532013000"
    cvs, applications = find_entity("cvs"), find_entity("applications")
    cv = split(cvs, plain_record(cvs) | {"cvId": iban}).plain
    application = split(
        applications, plain_record(applications) | {"cvId": iban, "jobKey": f"usajobs:{iban}"}
    ).plain
    assert cv["cvId"] == application["cvId"] != iban
    assert application["jobKey"] == f"usajobs:{cv['cvId']}".replace(cv["cvId"], application["jobKey"][8:])
    assert application["jobKey"].startswith("usajobs:~")


def test_a_clean_record_keeps_every_field_and_says_nothing() -> None:
    for entity in load_entities().values():
        record = plain_record(entity)
        plain = split(entity, record).plain
        assert SET_ASIDE not in plain, entity.name
        kept = {name for name, rule in entity.raw_fields.items() if name != "subject_id"}
        assert {name: record[name] for name in kept} == {name: plain[name] for name in kept}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "DE"), ("country", "Germany"), ("country", "Deutschland"), ("country", "UK"),
        ("country", "us"),         ("salaryCurrency", "usd"), ("salaryCurrency", "€"),
    ],
)  # fmt: skip
def test_public_lists_are_known_in_every_spelling(field: str, value: str) -> None:
    entity = find_entity("jobs")
    assert split(entity, plain_record(entity) | {field: value}).plain[field] == value
