"""Loading a batch: everything is accounted for, nothing twice, whatever happens half way."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from batch_maker import FETCHED_AT, TAGS, BatchMaker, checksum, tag

from cvplus.errors import ConfigurationError, LakeFailure, PermanentError, WarehouseUnavailable
from cvplus.lake.store import RejectedRecord
from cvplus.warehouse.batches import get_batch, register_landed
from cvplus.warehouse.connection import connect
from cvplus.warehouse.load import BatchCounts, load_batch, unload_batch

RAW_COLUMNS = "record_key, content_hash, batch_id, known_at, record"
STATE_COLUMNS = "batch_id, state, rows_read, rows_loaded, rows_duplicate, rows_rejected"


def reasons(connection: psycopg.Connection) -> dict[int, str]:
    """Reason codes of the rejected records, by the number of the record."""
    rows = connection.execute("select record_number, reason_code from ops.rejected_records").fetchall()
    return dict(rows)


def test_every_record_is_accounted_for(warehouse: psycopg.Connection, maker: BatchMaker) -> None:
    records = [
        tag(1),
        tag(1),  # repeated within the batch
        {"count": 3},
        tag(2, name=None),
        tag(3, count=None),
        tag(4, note="a\x00b"),
        b'["no object"]',
        b'{"name": "cut',
        tag(5, note="\\u0000 is written, not meant"),
        tag(6, name="k" * 1_001),
        b'{"name": "half of a pair: \\ud83d", "count": 1}',
    ]
    manifest = maker.land(records, [RejectedRecord("page_malformed", "The page was cut.", "x", "tag-9")])
    counts = load_batch(warehouse, maker.lake, manifest, TAGS)
    assert counts == BatchCounts(read=12, loaded=3, duplicate=1, rejected=8, rejected_fields=1)
    assert reasons(warehouse) == {
        3: "key_missing",
        4: "key_missing",
        5: "field_missing",
        7: "not_an_object",
        8: "not_json",
        10: "key_too_long",
        11: "text_invalid",
        12: "page_malformed",
    }
    batch = get_batch(warehouse, manifest.batch_id)
    assert (batch.state, batch.rows_loaded, batch.rows_duplicate, batch.rows_rejected) == ("loaded", 3, 1, 8)
    fields = warehouse.execute(
        "select record_number, record_key, field, reason_code, value from ops.rejected_fields"
    ).fetchall()
    assert fields == [(6, "tag-4", "note", "null_character", "a\N{SYMBOL FOR NULL}b")]
    told = warehouse.execute("select fields_rejected from ops.batches").fetchone()
    assert told == (1,)


def test_a_wrong_master_key_fails_the_load_and_rejects_nothing(
    warehouse: psycopg.Connection, maker: BatchMaker
) -> None:
    def refuse(_: dict[str, Any]) -> dict[str, Any]:
        raise ConfigurationError(cause="The master key is another one.", remedy="Bring back the right one.")

    manifest = maker.land([tag(1)])
    with pytest.raises(ConfigurationError):
        load_batch(warehouse, maker.lake, manifest, TAGS, refuse)
    assert reasons(warehouse) == {}
    assert load_batch(warehouse, maker.lake, manifest, TAGS) == BatchCounts(1, 1, 0, 0)


def test_no_character_of_a_key_or_text_is_lost_on_the_way_in(
    warehouse: psycopg.Connection, maker: BatchMaker
) -> None:
    awkward = 'back\\slash \\N \\. tab\t line\n return\r quote" größe \U0001f600 \x7f \u2028'
    record = tag(1, name=awkward, nested={awkward: [awkward]})
    load_batch(warehouse, maker.lake, maker.land([record, {"count": awkward}]), TAGS)
    kept = warehouse.execute("select record_key, record from raw.stack_overflow__tags").fetchall()
    assert kept == [(awkward, record)]
    ((rejected,),) = warehouse.execute("select record from ops.rejected_records").fetchall()
    assert json.loads(rejected) == {"count": awkward}


def test_what_is_rejected_again_is_no_replay_and_what_is_used_now_is_one(
    warehouse: psycopg.Connection, maker: BatchMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cvplus.warehouse.incoming.CHUNK_ROWS", 1)
    manifest = maker.land([{"name": "a"}, {"count": 1}, tag(1)])
    load_batch(warehouse, maker.lake, manifest, TAGS)
    unload_batch(warehouse, manifest.batch_id)
    mended = TAGS.model_copy(update={"required": []})
    assert load_batch(warehouse, maker.lake, manifest, mended) == BatchCounts(3, 2, 0, 1)
    replayed = warehouse.execute(
        "select record_number, replayed_at is not null from ops.rejected_records order by 1"
    )
    assert replayed.fetchall() == [(1, True), (2, False)]


def test_rejects_of_the_reading_and_of_the_load_share_one_numbering(
    warehouse: psycopg.Connection, maker: BatchMaker
) -> None:
    cut = RejectedRecord("page_malformed", "The page was cut.")
    manifest = maker.land([tag(1), cut, {"count": 1}, tag(2), cut, {"count": 2}])
    assert load_batch(warehouse, maker.lake, manifest, TAGS) == BatchCounts(6, 2, 0, 4)
    assert reasons(warehouse) == {
        2: "page_malformed",
        3: "key_missing",
        5: "page_malformed",
        6: "key_missing",
    }


def test_a_batch_loaded_twice_changes_nothing(warehouse: psycopg.Connection, maker: BatchMaker) -> None:
    manifest = maker.land([tag(1), tag(2), {"count": 1}])
    first = load_batch(warehouse, maker.lake, manifest, TAGS)
    before = [checksum(warehouse, table) for table in ("raw.stack_overflow__tags", "ops.rejected_records")]
    assert load_batch(warehouse, maker.lake, manifest, TAGS) == first
    assert before == [
        checksum(warehouse, table) for table in ("raw.stack_overflow__tags", "ops.rejected_records")
    ]


def test_sightings_list_what_a_snapshot_saw_new_or_not(
    warehouse: psycopg.Connection, maker: BatchMaker
) -> None:
    load_batch(warehouse, maker.lake, maker.land([tag(1), tag(2)]), TAGS)
    second = maker.land([tag(2), tag(2), tag(3)], fetched_at=FETCHED_AT + timedelta(days=1))
    load_batch(warehouse, maker.lake, second, TAGS)
    seen = warehouse.execute(
        "select record_key, seen_at from ops.sightings where batch_id = %s order by 1", [second.batch_id]
    ).fetchall()
    assert seen == [("tag-2", second.fetched_at), ("tag-3", second.fetched_at)]


def test_contact_details_in_a_rejected_record_are_masked(
    warehouse: psycopg.Connection, maker: BatchMaker
) -> None:
    record = {"count": 1, "owner": "ann@example.org", "call": "+49 30 1234567", "pad": "x" * 9_000}
    load_batch(warehouse, maker.lake, maker.land([record]), TAGS)
    ((text,),) = warehouse.execute("select record from ops.rejected_records").fetchall()
    assert "[email]" in text
    assert "[phone]" in text
    assert "ann@" not in text
    assert len(text) <= 4_000


def test_sealed_records_are_opened_in_chunks_and_those_of_erased_people_rejected(
    warehouse: psycopg.Connection, maker: BatchMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Erased(PermanentError):
        code = "subject_erased"

    def open_sealed(record: dict[str, Any]) -> dict[str, Any]:
        warehouse.execute("select 1")  # the keyring reads keys while the batch is being loaded
        if record["sealed"] == 3:
            raise Erased(cause="This subject has no key.", remedy="Nothing.")
        return tag(record["sealed"])

    monkeypatch.setattr("cvplus.warehouse.incoming.CHUNK_ROWS", 4)
    manifest = maker.land([{"sealed": number} for number in range(10)])
    counts = load_batch(warehouse, maker.lake, manifest, TAGS, open_sealed)
    assert counts == BatchCounts(10, 9, 0, 1)
    assert reasons(warehouse) == {4: "subject_erased"}


def test_a_batch_that_is_not_what_its_manifest_says_is_refused_whole(
    warehouse: psycopg.Connection, maker: BatchMaker, tmp_path: Path
) -> None:
    manifest = maker.land([tag(1), tag(2)])
    with pytest.raises(LakeFailure, match="manifest says 3"), warehouse.transaction():
        load_batch(warehouse, maker.lake, manifest.model_copy(update={"rows_read": 3}), TAGS)
    path = tmp_path / manifest.lake_path
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(LakeFailure, match="damaged"):
        load_batch(warehouse, maker.lake, manifest, TAGS)
    assert warehouse.execute("select count(*) from raw.stack_overflow__tags").fetchone() == (0,)


def test_a_load_killed_half_way_leaves_nothing_and_a_rerun_gives_the_same_tables(
    warehouse_url: str, warehouse: psycopg.Connection, maker: BatchMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = maker.land([tag(number) for number in range(3_000)] + [{"count": 1}])
    tables = {"raw.stack_overflow__tags": RAW_COLUMNS, "ops.batches": STATE_COLUMNS}
    with connect(warehouse_url) as connection:
        load_batch(connection, maker.lake, manifest, TAGS)
    undisturbed = [checksum(warehouse, table, columns) for table, columns in tables.items()]
    unload_batch(warehouse, manifest.batch_id)
    warehouse.commit()

    read_lines = maker.lake.read_lines

    def killed_at_line_2000(asked: Any) -> Iterator[bytes]:
        for number, line in enumerate(read_lines(asked)):
            if number == 2_000:
                warehouse.execute("select pg_terminate_backend(%s)", [connection.info.backend_pid])
                warehouse.commit()
            yield line

    with monkeypatch.context() as patch:
        patch.setattr(maker.lake, "read_lines", killed_at_line_2000)
        with pytest.raises(WarehouseUnavailable), connect(warehouse_url) as connection:
            load_batch(connection, maker.lake, manifest, TAGS)
    assert warehouse.execute("select count(*) from raw.stack_overflow__tags").fetchone() == (0,)
    assert get_batch(warehouse, manifest.batch_id).state == "landed"

    with connect(warehouse_url) as connection:
        load_batch(connection, maker.lake, manifest, TAGS)
    warehouse.rollback()
    assert [checksum(warehouse, table, columns) for table, columns in tables.items()] == undisturbed


def test_a_batch_landed_but_never_registered_is_loaded_all_the_same(
    warehouse: psycopg.Connection, maker: BatchMaker
) -> None:
    manifest = maker.land([tag(1)])  # killed between landing and registering
    load_batch(warehouse, maker.lake, manifest, TAGS)
    register_landed(warehouse, manifest)
    assert get_batch(warehouse, manifest.batch_id).state == "loaded"


@pytest.mark.parametrize("is_same_batch", [True, False])
def test_concurrent_loads_store_each_record_once(
    warehouse_url: str, warehouse: psycopg.Connection, maker: BatchMaker, is_same_batch: bool
) -> None:
    records = [tag(number) for number in range(2_000)]
    first = maker.land(records)
    second = first if is_same_batch else maker.land(records)
    results: list[BatchCounts] = []
    barrier = threading.Barrier(2)

    def load(manifest: Any) -> None:
        with connect(warehouse_url) as connection:
            barrier.wait()
            results.append(load_batch(connection, maker.lake, manifest, TAGS))

    threads = [threading.Thread(target=load, args=[manifest]) for manifest in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    all_loaded = BatchCounts(2_000, 2_000, 0, 0)
    other = all_loaded if is_same_batch else replace(all_loaded, loaded=0, duplicate=2_000)
    assert sorted(results, key=lambda counts: counts.duplicate) == [all_loaded, other]
    assert warehouse.execute("select count(*) from raw.stack_overflow__tags").fetchone() == (2_000,)


def test_a_warehouse_that_is_away_is_a_clear_transient_error() -> None:
    with (
        pytest.raises(WarehouseUnavailable, match="make up"),
        connect("postgresql://nobody@127.0.0.1:1/none"),
    ):
        pass
