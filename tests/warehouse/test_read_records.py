"""Enrichment from raw to raw: new versions of accepted postings only, each once."""

import gzip
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cvplus.enrich.kinds import FACT_KINDS, FactKind
from cvplus.enrich.occupations import matching
from cvplus.enrich.occupations.matching import TitleMatcher
from cvplus.enrich.posting_text import posting_shapes, reader_of
from cvplus.enrich.readers.registry import VERSIONS
from cvplus.enrich.records import CHUNK_RECORDS, read_records
from cvplus.enrich.shapes import RecordShape
from cvplus.lake.store import Lake, open_lake
from cvplus.sources.declaration import PostingFields
from cvplus.warehouse.load import load_batch
from cvplus.warehouse.schema import create_raw_table

HISTORIC = (
    Path(__file__).resolve().parents[3]
    / "shared"
    / "data"
    / "real"
    / "outcomes"
    / "usajobs_historic_announcements_2016.jsonl.gz"
)
COMPANIES, CVS, POSTINGS = FACT_KINDS
KNOWN_AT = datetime(2026, 5, 2, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(f"file://{tmp_path}")


@pytest.fixture
def tables(warehouse: psycopg.Connection) -> psycopg.Connection:
    for kind in FACT_KINDS:
        for table in {shape.table for shape in kind.shapes()} | {kind.resource.table}:
            create_raw_table(warehouse, table)
    return warehouse


def put(
    connection: psycopg.Connection, table: str, batch: str, state: str, records: dict[str, dict[str, Any]]
) -> None:
    source, resource = table.split("__")
    connection.execute(
        """
        insert into ops.batches (batch_id, source, resource, window_start, window_end, rows_read, rows_loaded,
            rows_duplicate, rows_rejected, bytes, checksum, known_at_rule, state, lake_path, fetched_at)
        values (%s, %s, %s, %s, %s, %s, %s, 0, 0, 1, '', 'dropped', %s, '', now())
        """,
        [batch, source, resource, KNOWN_AT, KNOWN_AT, len(records), len(records), state],
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into raw.{table} (record_key, content_hash, batch_id, known_at, record) "
            "values (%s, %s, %s, %s, %s)",
            [
                (key.split("@")[0], key, batch, KNOWN_AT, json.dumps(record))
                for key, record in records.items()
            ],
        )


def enriched(
    connection: psycopg.Connection, lake: Lake, run_key: str = "run", kind: FactKind = POSTINGS
) -> list[dict[str, Any]]:
    """Read, load, and return the facts of the new batch."""
    manifest = read_records(connection, lake, run_key, kind)
    if manifest is None:
        return []
    load_batch(connection, lake, manifest, kind.resource)
    return list(lake.read_records(manifest))


def test_every_accepted_version_is_enriched_once(tables: psycopg.Connection, lake: Lake) -> None:
    put(
        tables,
        "product__jobs",
        "b1",
        "accepted",
        {"J1@1": {"title": "Nurse"}, "J1@2": {"title": "Registered Nurse"}},
    )
    put(tables, "product__jobs", "b2", "quarantined", {"J2@1": {"title": "Cook"}})
    put(
        tables,
        "arbeitnow__jobs",
        "b3",
        "released",
        {"s1@1": {"title": "Koch (m/w/d)", "description": "<p>SQL</p>"}},
    )
    facts = enriched(tables, lake)
    assert [
        (fact["source"], fact["resource"], fact["record_key"], fact["content_hash"]) for fact in facts
    ] == [
        ("product", "jobs", "J1", "J1@1"),
        ("product", "jobs", "J1", "J1@2"),
        ("arbeitnow", "jobs", "s1", "s1@1"),
    ]
    assert facts[1]["occupation_id"] == "29-1141"
    assert facts[2]["skills_required"] == ["sql"]
    assert {fact["known_at"] for fact in facts} == {KNOWN_AT.isoformat()}
    assert enriched(tables, lake, "later") == []
    tables.execute("update ops.batches set state = 'released' where batch_id = 'b2'")
    assert [fact["record_key"] for fact in enriched(tables, lake, "later")] == ["J2"]


def test_a_better_reader_reads_again_what_an_older_one_read(
    tables: psycopg.Connection, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tables, "product__jobs", "b1", "accepted", {"J1@1": {"title": "Nurse"}})
    assert len(enriched(tables, lake)) == 1
    monkeypatch.setitem(VERSIONS, "pay", 99)
    assert ["pay:99" in fact["readers"] for fact in enriched(tables, lake, "later")] == [True]
    assert enriched(tables, lake, "latest") == []
    versions = tables.execute("select count(*), count(distinct known_at) from raw.derived__posting_facts")
    assert versions.fetchone() == (2, 1)


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ("skills", {"occupation_id", "country", "pay_low", "company_key", "language"}),
        ("place", {"occupation_id", "skills_required", "language"}),
        ("language", {"skills_required", "country", "pay_low", "company_key"}),
    ],
)
def test_what_no_changed_reader_touches_is_not_read_again(
    tables: psycopg.Connection, lake: Lake, monkeypatch: pytest.MonkeyPatch, changed: str, kept: set[str]
) -> None:
    job = {"title": "Nurse", "company": "Acme", "location": "Munich", "description": "SQL"}
    put(tables, "product__jobs", "b1", "accepted", {"J1@1": job})
    (first,) = enriched(tables, lake)
    watched = ("occupation_id", "country", "pay_low", "company_key", "language", "skills_required")
    marked = {**first, **dict.fromkeys(watched, "marked"), "unread": {"pay": "marked"}}
    tables.execute("update raw.derived__posting_facts set record = %s", [json.dumps(marked)])
    tables.execute("update ops.batches set state = 'accepted' where source = 'derived'")
    monkeypatch.setitem(VERSIONS, changed, 99)
    (again,) = enriched(tables, lake, "later")
    assert {name for name in watched if again[name] == "marked"} == kept
    assert {name: again[name] for name in watched if name not in kept} == {
        name: first[name] for name in watched if name not in kept
    }
    assert (again["unread"].get("pay") == "marked") == ("pay_low" in kept)


def test_facts_are_known_when_their_posting_was(tables: psycopg.Connection, lake: Lake) -> None:
    put(tables, "product__jobs", "b1", "accepted", {"J1@1": {"title": "Nurse"}})
    enriched(tables, lake)
    assert tables.execute("select known_at from raw.derived__posting_facts").fetchone() == (KNOWN_AT,)


def test_a_run_that_was_killed_before_the_load_finds_its_batch_again(
    tables: psycopg.Connection, lake: Lake
) -> None:
    put(tables, "product__jobs", "b1", "accepted", {"J1@1": {"title": "Nurse"}})
    first = read_records(tables, lake, "run", POSTINGS)
    assert first is not None
    assert read_records(tables, lake, "run", POSTINGS) == first


def test_without_postings_or_tables_there_is_no_batch(warehouse: psycopg.Connection, lake: Lake) -> None:
    assert read_records(warehouse, lake, "run", POSTINGS) is None
    for shape in posting_shapes():
        create_raw_table(warehouse, shape.table)
    assert read_records(warehouse, lake, "run", POSTINGS) is None


def test_a_record_of_any_form_is_enriched(tables: psycopg.Connection, lake: Lake) -> None:
    put(tables, "usajobs__search", "b1", "accepted", {"1@1": {}, "2@1": {"MatchedObjectDescriptor": "text"}})
    assert {fact["title_normalized"] for fact in enriched(tables, lake)} == {""}


def test_a_statement_about_pay_finds_its_occupation_by_its_title(
    tables: psycopg.Connection, lake: Lake
) -> None:
    shape = RecordShape("payscale", "pay", reader_of(PostingFields(title="job.title")))
    kind = replace(POSTINGS, shapes=lambda: (shape,))
    create_raw_table(tables, shape.table)
    put(
        tables,
        shape.table,
        "b1",
        "accepted",
        {"p1@1": {"job": {"title": "Senior Nurse"}}, "p2@1": {"job": None}},
    )
    found = {
        fact["record_key"]: (fact["occupation_id"], fact["seniority"])
        for fact in enriched(tables, lake, kind=kind)
    }
    assert found["p1"] == ("29-1141", "senior")
    assert found["p2"][0] is None


def test_a_company_is_known_by_its_key_and_sits_where_its_first_place_is(
    tables: psycopg.Connection, lake: Lake
) -> None:
    put(
        tables,
        "angellist_companies__startups",
        "b1",
        "accepted",
        {
            "1@1": {"name": "Müller &amp; Söhne GmbH", "locations": [{"display_name": "Bangalore, IN"}]},
            "2@1": {"name": "Stealth Startup", "locations": [{"display_name": "Remote"}]},
            "3@1": {"hidden": True},
        },
    )
    put(
        tables,
        "crunchbase__organizations",
        "b2",
        "accepted",
        {
            "4@1": {
                "properties": {
                    "identifier": {"value": "MULLER AND SOHNE"},
                    "location_identifiers": [
                        {"value": "Georgia", "location_type": "country"},
                        {"value": "Tbilisi", "location_type": "city"},
                    ],
                }
            }
        },
    )
    facts = {fact["record_key"]: fact for fact in enriched(tables, lake, kind=COMPANIES)}
    assert facts["1"]["company_key"] == facts["4"]["company_key"] is not None
    assert (facts["1"]["legal_form"], facts["1"]["country"], facts["1"]["city"]) == (
        "GmbH",
        "IN",
        "Bengaluru",
    )
    assert (facts["4"]["country"], facts["4"]["city"]) == ("GE", "Tbilisi")
    assert (facts["2"]["company_key"], facts["2"]["unread"]["company"]) == (None, "no_company")
    assert facts["3"]["unread"] == {"company": "empty", "place": "empty"}


def test_the_occupations_of_a_cv_are_those_of_its_last_and_of_its_wanted_job(
    tables: psycopg.Connection, lake: Lake
) -> None:
    cvs = {
        "c1@1": {"language": "sv", "measures": {"last_title": "Sjuksköterska"}, "wanted_title": None},
        "c2@1": {"measures": {"last_title": "Bank Teller"}, "wanted_title": "Registered Nurse"},
        "c3@1": {"measures": {"last_title": None}},
    }
    put(tables, "product__cvs", "b1", "accepted", cvs)
    facts = {fact["record_key"]: fact for fact in enriched(tables, lake, kind=CVS)}
    found = {key: (fact["last_occupation_id"], fact["wanted_occupation_id"]) for key, fact in facts.items()}
    assert found == {"c1": ("29-1141", None), "c2": ("43-3071", "29-1141"), "c3": (None, None)}
    assert facts["c3"]["unread"] == {"last": "empty", "wanted": "empty"}


@pytest.mark.skipif(not HISTORIC.exists(), reason="the real announcements are not beside this checkout")
def test_real_announcements_find_their_occupations(
    tables: psycopg.Connection, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gzip.open(HISTORIC, "rt") as lines:
        records = {f"{number}@1": json.loads(line) for number, line in enumerate(lines)}
    put(tables, "usajobs__historic_announcements", "b1", "accepted", records)
    asked, compared = [], []
    match, match_new = TitleMatcher.match, matching.match_new

    def counted_match(matcher: TitleMatcher, titles: list[str], languages: list[str]) -> Any:
        asked.append(len(titles))
        return match(matcher, titles, languages)

    def counted_new(titles: list[str], language: str) -> Any:
        compared.extend((title, language) for title in titles)
        return match_new(titles, language)

    monkeypatch.setattr(TitleMatcher, "match", counted_match)
    monkeypatch.setattr(matching, "match_new", counted_new)
    facts = enriched(tables, lake)
    assert len(facts) == len(records)
    chunks = ceil(len(records) / CHUNK_RECORDS)
    assert (len(asked), sum(asked)) == (2 * chunks, 2 * len(records)), "by the chunk"
    assert max(Counter(compared).values()) == 1, "a title is compared once, however often it comes"
    found = sum(fact["occupation_id"] is not None for fact in facts)
    assert found / len(facts) > 0.75
    by_title = {records[f"{fact['record_key']}@1"]["positionTitle"]: fact for fact in facts}
    assert by_title["Psychiatrist - FY16 - DH/NC"]["occupation_id"] == "29-1223"
