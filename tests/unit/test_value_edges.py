"""No value is poison: every field of every entity and resource, at every edge, costs itself or its record."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from value_edges import EDGES, as_json, edges_of, entity_edges, resource_edges, sound_record

from cvplus.exports.checks import parse_line, settle_record
from cvplus.exports.registry import Entity, load_entities
from cvplus.exports.split import split_record
from cvplus.lake.lines import shown_line
from cvplus.lake.manifest import BatchIdentity, Window
from cvplus.lake.rejects import RejectSample
from cvplus.lake.store import open_lake
from cvplus.sources.declaration import ProviderResource
from cvplus.sources.registry import load_sources
from cvplus.values.rejected_fields import REJECTED_FIELDS, Fault
from cvplus.values.spans import InstantSpan, NumberSpan, load_spans
from cvplus.warehouse.incoming import read_chunks

KNOWN = datetime(2026, 6, 1, tzinfo=UTC)
ENTITIES = load_entities()
RESOURCES = {resource.table: resource for source in load_sources().values() for resource in source.resources}


class Subjects:
    """Stands for the keyring where only ids are asked for."""

    def subject_id(self, user_id: str) -> str:
        return f"s_{len(user_id)}"


def landed(entity: Entity, record: dict[str, Any]) -> dict[str, Any] | Fault:
    """The record as it would go to the lake, or why it does not."""
    read = parse_line(as_json(record))
    if isinstance(read, Fault):
        return read
    fault = settle_record(entity, read, KNOWN)
    if fault is not None:
        return fault
    plain = split_record(entity, read, date(2026, 5, 1), Subjects()).plain  # type: ignore[arg-type]
    return dict(orjson.loads(orjson.dumps(plain)))


@pytest.mark.parametrize("name", ENTITIES)
def test_every_edge_of_an_entity_lands_or_says_why_not(name: str) -> None:
    entity = ENTITIES[name]
    for record in entity_edges(entity):
        outcome = landed(entity, record)
        if isinstance(outcome, Fault):
            assert outcome.reason
            continue
        told = {note["field"] for note in outcome.get(REJECTED_FIELDS, ())}
        for field, rule in entity.raw_fields.items():
            value = outcome.get(field)
            assert value is None or field not in told or rule.kind in ("list", "object", "document"), (
                field,
                value,
            )
            if value is not None and rule.span is not None:
                assert load_spans().named(rule.span).fault(value, KNOWN) is None, (field, value)


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_edges_in_many_fields_at_once_never_raise(data: st.DataObject) -> None:
    entity = ENTITIES[data.draw(st.sampled_from(sorted(ENTITIES)))]
    changed = data.draw(st.lists(st.sampled_from(sorted(entity.fields)), unique=True))
    record = sound_record(entity, "key")
    for name in changed:
        record[name] = data.draw(st.sampled_from(edges_of(entity.fields[name].span)))
    record |= data.draw(st.dictionaries(st.text(max_size=9), st.sampled_from(EDGES), max_size=2))
    outcome = landed(entity, record)
    assert isinstance(outcome, Fault) or outcome["_dropped_on"] == "2026-05-01"


@pytest.mark.parametrize("table", RESOURCES)
def test_every_edge_of_a_resource_is_read_and_accounted_for(table: str, tmp_path: Path) -> None:
    resource = RESOURCES[table]
    records = list(resource_edges(resource))
    chunks = chunks_of(resource, records, tmp_path)
    assert sum(chunk.read for chunk in chunks) == len(records)
    set_aside = [
        found for chunk in chunks for _, fields in chunk.rejected_fields.values() for found in fields
    ]
    refused = [refusal for chunk in chunks for refusal in chunk.refusals]
    assert all(found.reason_code and found.reason for found in (*set_aside, *refused))
    told = " ".join(found.reason for found in (*set_aside, *refused))
    assert [path for path in resource.spans if path not in told] == []


def chunks_of(resource: ProviderResource, records: list[dict[str, Any]], folder: Path) -> list[Any]:
    """The records, landed and read again as the load reads them."""
    window = Window(start=datetime(2026, 5, 1, tzinfo=UTC), end=datetime(2026, 5, 2, tzinfo=UTC))
    identity = BatchIdentity(source=resource.source, resource=resource.name, window=window, run_key="edges")
    lake = open_lake(folder.as_uri())
    manifest = lake.write_batch(identity, [records], known_at_rule=resource.known_at_rule)
    return list(read_chunks(lake, manifest, resource, None, RejectSample()))


@pytest.mark.parametrize("name", load_spans().spans)
def test_a_span_holds_its_ends_and_nothing_beyond(name: str) -> None:
    span = load_spans().spans[name]
    if isinstance(span, NumberSpan):
        inside: list[Any] = [span.minimum, span.maximum, str(int(span.maximum))]
        outside: list[Any] = [span.minimum - 1, span.maximum * 1.1, float("nan"), 10**400, True, "1e400", [1]]
    else:
        assert isinstance(span, InstantSpan)
        first = span.earliest.isoformat()
        inside = [f"{span.earliest.year}" if span.kind == "year" else first]
        outside = [
            "0001-01-01",
            "9999-12-31T00:00:00-14:00",
            "0000-00-00",
            "2024-02-30",
            True,
            [],
            "",
            float("nan"),
        ]
    assert [value for value in inside if span.fault(value, KNOWN) is not None] == []
    assert [value for value in outside if span.fault(value, KNOWN) is None] == []


def test_a_record_that_is_no_object_is_shown_whatever_it_holds() -> None:
    assert shown_line(["a", 1]) == '["a",1]'
    assert shown_line("half \ud83d") == '"half \\ud83d"'
    assert shown_line(2**80) == str(2**80)
    assert len(shown_line("é" * 300)) <= 200


def test_what_has_happened_did_so_before_it_was_known() -> None:
    happened = load_spans().named("happened")
    assert happened.fault("2026-06-01T23:00:00Z", KNOWN) is None
    assert happened.fault("2026-06-02T14:00:00+14:00", KNOWN) is None
    assert happened.fault("2026-06-02T00:00:01Z", KNOWN) is not None
    assert happened.fault(int(KNOWN.timestamp() * 1000), KNOWN) is None
    assert load_spans().named("announced").fault("2027-06-02T00:00:01Z", KNOWN) is None
