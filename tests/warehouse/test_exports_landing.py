"""Product exports from their files to raw: nothing personal gets there, nothing is lost on the way."""

import base64
import gzip
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cvplus.exports.land import land_product
from cvplus.exports.registry import find_entity, product_resources
from cvplus.exports.seal import opener, sealed_line
from cvplus.lake.manifest import Manifest, Window
from cvplus.lake.store import Lake, open_lake
from cvplus.privacy.keys import SubjectKeyring
from cvplus.privacy.master_key import parse_master_key
from cvplus.privacy.vault import open_rejected_line
from cvplus.warehouse.load import load_batch
from cvplus.warehouse.schema import apply_schema

KEY = parse_master_key(base64.b64encode(bytes(32)).decode())
WINDOW = Window(start=datetime(2026, 5, 1, tzinfo=UTC), end=datetime(2026, 5, 8, tzinfo=UTC))
SECRETS = ("Vasquez", "lena.v@example.org", "+49 30 5550100", "Hauptstrasse", "heron", "platypus", "USER-77")


def cv(number: int, **changes: Any) -> dict[str, Any]:
    """A CV that names a person in every place where one can be named."""
    return {
        "cvId": f"C{number}",
        "userId": f"USER-77{number}",
        "version": 1,
        "updatedAt": "2026-05-01T10:00:00+00:00",
        "targetIndustry": "technology",
        "nickname": "the heron",
        "email": "lena.v@example.org",
        "document": {
            "personal": {
                "name": "Lena Vasquez",
                "email": "lena.v@example.org",
                "phone": "+49 30 5550100",
                "address": {"street": "Hauptstrasse 1"},
            },
            "summary": "A heron among engineers. Write to lena.v@example.org.",
            "experience": [
                {
                    "title": "Senior Data Engineer",
                    "company": "Acme",
                    "startDate": "2020-01",
                    "description": "Fed the platypus, cut cost by 40%.",
                },
                {"title": "Assistant of Lena Vasquez", "startDate": "2018", "endDate": "2019"},
            ],
            "education": [{"degree": "BSc", "field": "Computer Science", "institution": "Vasquez College"}],
            "skills": {"technical": ["Python", "Airflow", "+49 30 5550100"], "soft": ["Teamwork"]},
        },
    } | changes


def event(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "eventId": f"E{number}",
        "eventType": "feature_usage",
        "userId": f"USER-77{number % 5}",
        "timestamp": "2026-05-02T10:00:00+00:00",
        "metadata": {
            "feature": "cv_editor",
            "search": "jobs for Lena Vasquez",
            "name": "Vasquez",
            "seconds": 3,
        },
    } | changes


class Plant:
    """An exports root, a lake and a warehouse, and the two steps between them."""

    def __init__(self, folder: Path, connection: psycopg.Connection) -> None:
        self.exports = folder / "exports"
        self.exports.mkdir(exist_ok=True)
        self.lake_folder = folder / "lake"
        self.lake: Lake = open_lake(f"file://{self.lake_folder}")
        self.connection = connection
        self.keyring = SubjectKeyring(connection, KEY)
        apply_schema(connection, product_resources())
        connection.commit()

    def drop(self, entity: str, day: int, lines: Iterable[Any], name: str = "a.jsonl.gz") -> Path:
        path = self.exports / entity / f"dt=2026-05-{day:02d}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
        path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
        return path

    def land(self, entity: str, run_key: str = "run", window: Window = WINDOW) -> list[Manifest]:
        return land_product(entity, window, str(self.exports), self.lake, self.keyring, run_key)

    def load(self, entity: str, manifest: Manifest) -> Any:
        decode = opener(SubjectKeyring(self.connection, KEY))
        counts = load_batch(self.connection, self.lake, manifest, find_entity(entity).resource, decode)
        self.connection.commit()
        return counts

    def raw(self, entity: str) -> list[dict[str, Any]]:
        query = f"select record from raw.product__{entity} order by record_key, content_hash"
        return [record for (record,) in self.connection.execute(query).fetchall()]

    def contents(self, *tables: str) -> str:
        """All rows of tables as text."""
        return " ".join(
            str(row)
            for table in tables
            for row in self.connection.execute(f"select row_::text from {table} as row_")
        )


@pytest.fixture
def plant(tmp_path: Path, warehouse: psycopg.Connection) -> Plant:
    return Plant(tmp_path, warehouse)


def test_nothing_personal_reaches_lake_raw_or_ops(plant: Plant) -> None:
    bad = [
        json.dumps(cv(8))[:-20].encode(),
        cv(9, updatedAt="Lena Vasquez"),
        cv(7, userId=None),
        b'"Lena Vasquez \xff',
    ]
    plant.drop("cvs", 1, [*(cv(number) for number in range(3)), *bad])
    plant.drop("events", 2, [event(number) for number in range(10)])
    plant.drop("jobs", 2, [job_with_contact()])
    for entity in ("cvs", "events", "jobs"):
        for manifest in plant.land(entity):
            plant.load(entity, manifest)
    assert len(plant.raw("cvs")) == 3
    assert len(plant.raw("events")) == 10
    files = [path.read_bytes() for path in plant.lake_folder.rglob("*") if path.is_file()]
    lake = b" ".join(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content for content in files)
    tables = plant.contents("raw.product__cvs", "raw.product__events", "raw.product__jobs")
    ops = plant.contents("ops.batches", "ops.rejected_records")
    vault = plant.contents("vault.personal_data", "vault.rejected_lines", "vault.subject_keys")
    for secret in SECRETS:
        assert secret.encode() not in lake, secret
        for text in (tables, ops, vault):
            assert secret not in text, secret


def job_with_contact() -> dict[str, Any]:
    return {
        "jobKey": "cvplus:J1",
        "title": "Data Engineer",
        "description": "Write to lena.v@example.org or call +49 30 5550100.",
        "requirements": ["Python", "Mail lena.v@example.org"],
        "updatedAt": "2026-05-01T10:00:00Z",
    }


def test_what_was_split_off_waits_in_the_vault(plant: Plant) -> None:
    plant.drop("cvs", 1, [cv(1)])
    plant.drop("jobs", 1, [job_with_contact()])
    for entity in ("cvs", "jobs"):
        plant.land(entity)
    rows = plant.connection.execute("select entity, subject_id, record_key, sealed from vault.personal_data")
    opened = {entity: (key, json.loads(plant.keyring.open(who, sealed))) for entity, who, key, sealed in rows}
    key, personal = opened["cvs"]
    assert key == "C1|1"
    assert personal == {name: cv(1)[name] for name in ("nickname", "email", "document")}
    assert opened["jobs"][1]["description"] == job_with_contact()["description"]


def test_records_in_raw_have_the_agreed_form(plant: Plant) -> None:
    plant.drop("cvs", 1, [cv(1)])
    plant.drop("events", 2, [event(1)])
    plant.drop("jobs", 2, [job_with_contact()])
    plant.drop("costs", 2, [{"costDate": "2026-05-02", "category": "api", "amount": 1.5, "currency": "USD"}])
    for entity in ("cvs", "events", "jobs", "costs"):
        plant.load(entity, *plant.land(entity))
    (record,) = plant.raw("cvs")
    assert record["subject_id"] == KEY.subject_id("USER-771")
    assert record["_dropped_on"] == "2026-05-01"
    assert record["measures"]["total_experience"] == pytest.approx((77 + 13) / 12, abs=1e-6)
    assert record["skills"] == {
        "technical": ["python", "apache-airflow"],
        "soft": ["teamwork"],
        "languages": [],
    }
    assert record["titles"] == ["Senior Data Engineer"]
    assert record["experience"][0] == {
        "title": "Senior Data Engineer",
        "start_month": "2020-01",
        "end_month": None,
    }
    assert record["education"] == [{"level": 6, "field": "Computer Science"}]
    assert not {"userId", "document", "email", "nickname"} & record.keys()
    (usage,) = plant.raw("events")
    assert usage["metadata"] == {"feature": "cv_editor", "seconds": 3}
    (job,) = plant.raw("jobs")
    assert job["description"] == "Write to [email] or call [phone]."
    assert job["requirements"] == ["Python", "Mail [email]"]
    (cost,) = plant.raw("costs")
    assert cost == {
        "costDate": "2026-05-02",
        "category": "api",
        "amount": 1.5,
        "currency": "USD",
        "provider": "unspecified",
        "_dropped_on": "2026-05-02",
    }
    known = plant.connection.execute("select known_at from raw.product__cvs").fetchone()
    assert known == (datetime(2026, 5, 2, tzinfo=UTC),)


def test_rejects_are_counted_say_why_and_wait_whole_in_the_vault(plant: Plant) -> None:
    torn = b'{"eventId": "E100", "userId": "USER-77'
    good = [event(number) for number in range(60)]
    plant.drop("events", 3, [*good[:30], torn, *good[30:], event(99, eventType="clicked")])
    (manifest,) = plant.land("events")
    assert (manifest.rows_read, manifest.rows_rejected) == (62, 2)
    counts = plant.load("events", manifest)
    assert (counts.read, counts.loaded, counts.duplicate, counts.rejected) == (62, 60, 0, 2)
    rows = plant.connection.execute(
        "select record_number, reason_code, record_key, record from ops.rejected_records order by 1"
    ).fetchall()
    assert [row[:3] for row in rows] == [(31, "not_json", None), (62, "value_not_allowed", "E99")]
    assert "eventType=xxxxxxx" in rows[1][3]
    assert open_rejected_line(plant.keyring, manifest.batch_id, 31) == torn


def test_of_a_cut_file_the_lines_before_the_cut_are_landed(plant: Plant) -> None:
    events = [event(number, eventId=f"E{number:06d}-{number * 7919 % 10007}") for number in range(4_000)]
    path = plant.drop("events", 3, events)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    (manifest,) = plant.land("events")
    assert manifest.rows_rejected == 1
    assert manifest.rows_read > 1_000
    (reject,) = plant.lake.read_rejects(manifest)
    assert reject["reason_code"] == "file_cut"
    assert "events/dt=2026-05-03/a.jsonl.gz" in reject["reason"]
    assert plant.load("events", manifest).loaded == manifest.rows_read - 1


def test_a_bad_drop_is_a_batch_of_its_own(plant: Plant) -> None:
    plant.drop("events", 2, [event(number) for number in range(100)])
    plant.drop("events", 3, [*(event(number + 200) for number in range(8)), b"rubbish", b"rubbish"])
    plant.drop("events", 4, [*(event(number + 300) for number in range(95)), *[b"rubbish"] * 5])
    whole, bad = plant.land("events")
    assert (whole.rows_read, whole.rows_rejected) == (200, 5)
    assert (bad.rows_read, bad.rows_rejected) == (10, 2)
    assert whole.batch_id != bad.batch_id
    assert plant.land("events") == [whole, bad]


def test_a_window_takes_its_days_only_and_without_files_there_is_no_batch(plant: Plant) -> None:
    for day in (1, 7, 8):
        plant.drop("events", day, [event(day)])
    (manifest,) = plant.land("events")
    assert manifest.rows_read == 2
    assert plant.land("leads") == []


def test_repeated_and_late_records_load_once(plant: Plant) -> None:
    plant.drop("events", 2, [event(1), event(1), event(2)], "a.jsonl")
    plant.drop("events", 3, [event(2)], "b.jsonl.gz")
    (manifest,) = plant.land("events")
    counts = plant.load("events", manifest)
    assert (counts.loaded, counts.duplicate) == (2, 2)
    (again,) = plant.land("events", run_key="backfill")
    assert plant.load("events", again).duplicate == 4
    assert len(plant.raw("events")) == 2


def test_a_killed_landing_run_again_gives_the_same(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cvplus.exports.land.CHUNK_RECORDS", 10)
    plant.drop("cvs", 1, [*(cv(number) for number in range(45)), b"torn"])

    def landed_and_loaded(run_key: str) -> tuple[Any, ...]:
        (manifest,) = plant.land("cvs", run_key)
        counts = plant.load("cvs", manifest)
        return counts, plant.raw("cvs")

    calls: list[int] = []

    def killed(*args: Any) -> bytes:
        calls.append(1)
        if len(calls) == 25:
            raise KeyboardInterrupt
        return sealed_line(*args)

    monkeypatch.setattr("cvplus.exports.land.sealed_line", killed)
    with pytest.raises(KeyboardInterrupt):
        plant.land("cvs", "run")
    plant.connection.rollback()
    plant.keyring.forget()
    assert list(plant.lake_folder.rglob("*.manifest.json")) == []
    counts, rows = landed_and_loaded("run")
    assert (counts.read, counts.loaded, counts.rejected) == (46, 45, 1)
    vault = plant.connection.execute("select count(*), count(distinct record_key) from vault.personal_data")
    assert vault.fetchone() == (45, 45)
    assert landed_and_loaded("run") == (counts, rows)


def test_when_a_batch_exists_all_that_it_depends_on_is_committed(plant: Plant) -> None:
    plant.drop("cvs", 1, [*(cv(number) for number in range(40)), b"torn"])
    (manifest,) = plant.land("cvs")
    plant.connection.rollback()
    assert plant.load("cvs", manifest).loaded == 40
    vault = plant.connection.execute(
        "select (select count(*) from vault.personal_data), (select count(*) from vault.rejected_lines)"
    )
    assert vault.fetchone() == (40, 1)


def test_without_the_subjects_key_the_lake_rows_are_unreadable_and_rejected_by_the_load(plant: Plant) -> None:
    plant.drop("events", 2, [event(number) for number in range(5)])
    (manifest,) = plant.land("events")
    erased = KEY.subject_id("USER-772")
    plant.connection.execute("delete from vault.subject_keys where subject_id = %s", [erased])
    counts = plant.load("events", manifest)
    assert (counts.loaded, counts.rejected) == (4, 1)
    rejected = plant.connection.execute("select reason_code from ops.rejected_records").fetchone()
    assert rejected == ("subject_erased",)
    assert erased not in {record["subject_id"] for record in plant.raw("events")}


def test_memory_of_landing_is_a_chunk(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cvplus.exports.land.CHUNK_RECORDS", 7)
    plant.drop("events", 2, [event(number) for number in range(30)])
    sizes: list[int] = []
    write_batch = plant.lake.write_batch

    def noted(pages: Iterable[Any]) -> Iterator[Any]:
        for page in pages:
            sizes.append(len(page))
            yield page

    def watched(identity: Any, pages: Iterable[Any], **facts: Any) -> Manifest:
        return write_batch(identity, noted(pages), **facts)

    monkeypatch.setattr(plant.lake, "write_batch", watched)
    plant.land("events")
    assert sizes == [7, 7, 7, 7, 2]
