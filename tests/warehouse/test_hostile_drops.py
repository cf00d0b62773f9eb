"""Hostile drops from their folder to raw: what is meant is read, everything else is told of, once."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import psycopg
import pytest
from hostile_drops import OUTSIDE_SECRET, HostileDrops, write_hostile_drops

from cvplus.exports.names import shown_path
from cvplus.exports.registry import product_resources
from cvplus.operations.ingestion import land_product_exports, load_batches
from cvplus.settings import Settings
from cvplus.status.warehouse_facts import read_warehouse
from cvplus.warehouse.schema import apply_schema

DAY = date(2026, 5, 6)
RUN = ("ingest_product/run-1", "run-1")


@pytest.fixture
def drops(tmp_path: Path, warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostileDrops]:
    """The folder, which the settings name beside a warehouse of its own."""
    monkeypatch.setenv("CVPLUS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", warehouse_url)
    monkeypatch.setenv("CVPLUS_MASTER_KEY", "a" * 43 + "=")
    monkeypatch.setenv("CVPLUS_EXPORTS_URL", str(tmp_path / "exports"))
    with psycopg.connect(warehouse_url) as connection:
        apply_schema(connection, product_resources())
    return write_hostile_drops(tmp_path / "exports", tmp_path / "outside", DAY)


def land(run: tuple[str, str] = RUN) -> list[str]:
    """Land and load the week of the drops."""
    start = datetime.combine(DAY - timedelta(days=5), time(), UTC)
    return load_batches(land_product_exports(start, start + timedelta(days=7), *run), *run)


def test_everything_that_is_no_drop_is_told_of_once(
    drops: HostileDrops, warehouse: psycopg.Connection
) -> None:
    land()
    query = "select path, reason_code from ops.unread_files"
    assert dict(warehouse.execute(query).fetchall()) == drops.unread
    told = read_warehouse(warehouse, Settings(home=Path("nowhere"))).not_taken
    assert sorted(what.subject for what in told if not what.is_cut) == sorted(drops.unread)


def test_what_was_told_of_stays_known_and_what_was_mended_is_forgotten(
    drops: HostileDrops, warehouse: psycopg.Connection
) -> None:
    land()
    folder = drops.root / f"events/dt={DAY}"
    (folder / "a.json.gz").rename(folder / "renamed.jsonl")
    (folder / "a.csv").unlink()
    land(("ingest_product/run-2", "run-2"))
    rows = warehouse.execute("select path, first_seen_at < last_seen_at from ops.unread_files").fetchall()
    mended = {f"events/dt={DAY}/a.json.gz", f"events/dt={DAY}/a.csv"}
    assert dict(rows) == dict.fromkeys(drops.unread.keys() - mended, True)


def test_all_good_records_are_loaded_and_no_other_file_is_read(
    drops: HostileDrops, warehouse: psycopg.Connection
) -> None:
    land()
    loaded = {key for (key,) in warehouse.execute("select distinct record_key from raw.product__events")}
    assert loaded == drops.good
    everything = warehouse.execute(
        "select string_agg(t::text, ' ') from ops.rejected_records as t"
    ).fetchone()
    assert OUTSIDE_SECRET not in str(everything)


def test_cut_files_flag_their_batch_and_hold_nothing_back(
    drops: HostileDrops, warehouse: psycopg.Connection
) -> None:
    land()
    ((is_partial, note, read, rejected),) = warehouse.execute(
        "select is_partial, note, rows_read, rows_rejected from ops.batches where source = 'product'"
    ).fetchall()
    assert is_partial
    assert [name for name in drops.cut if shown_path(name) not in note] == []
    assert (read - rejected, rejected) == (len(drops.good), len(drops.cut))
    counted = warehouse.execute("select reason_code, records from ops.rejected_counts").fetchall()
    assert counted == [("file_cut", len(drops.cut))]
    assert cut_files(warehouse) == sorted(shown_path(name) for name in drops.cut)


def test_a_cut_file_is_told_of_until_it_came_whole(
    drops: HostileDrops, warehouse: psycopg.Connection
) -> None:
    land()
    mended = f"events/dt={DAY - timedelta(days=2)}/mid-line.jsonl"
    drops.write(mended, drops.events("mid-line-", 21))
    land(("ingest_product/run-2", "run-2"))
    assert cut_files(warehouse) == sorted(drops.cut - {mended})


def cut_files(warehouse: psycopg.Connection) -> list[str]:
    """The cut files that the status tells of."""
    told = read_warehouse(warehouse, Settings(home=Path("nowhere"))).not_taken
    return sorted(what.reason.partition("File: ")[2] for what in told if what.is_cut)


def test_a_bad_file_costs_itself_and_not_its_neighbours(
    drops: HostileDrops, warehouse: psycopg.Connection
) -> None:
    drops.write(f"events/dt={DAY}/rubbish.jsonl", b"{}\n" * 900)
    land()
    batches = warehouse.execute(
        "select rows_loaded, rows_rejected from ops.batches where source = 'product' order by rows_loaded"
    ).fetchall()
    assert batches == [(0, 900), (len(drops.good), len(drops.cut))]


def test_of_rejects_beyond_the_limit_a_sample_is_kept_and_all_are_counted(
    drops: HostileDrops, warehouse: psycopg.Connection
) -> None:
    lines = b"{}\n" * 5_000 + b"[1]\n" * 1_500 + json.dumps({"eventId": "E1"}).encode() + b"\nno json\n"
    drops.write(f"events/dt={DAY}/rubbish.jsonl", lines)
    (bad, *_) = [batch for batch in land() if counts_of(warehouse, batch).get("field_missing")]
    assert counts_of(warehouse, bad) == {"field_missing": 5_001, "not_an_object": 1_500, "not_json": 1}
    query = "select reason_code, count(*) from ops.rejected_records where batch_id = %s group by 1"
    kept = dict(warehouse.execute(query, [bad]).fetchall())
    assert kept == {"field_missing": 1_000, "not_an_object": 1_000, "not_json": 1}
    ((account,),) = warehouse.execute(
        "select (rows_read, rows_loaded, rows_duplicate, rows_rejected)::text from ops.batches "
        "where batch_id = %s",
        [bad],
    ).fetchall()
    assert account == "(6502,0,0,6502)"
    ((in_vault,),) = warehouse.execute("select count(*) from vault.rejected_lines where batch_id = %s", [bad])
    assert in_vault == 2_001


def counts_of(warehouse: psycopg.Connection, batch_id: str) -> dict[str, int]:
    """How many records of a batch were rejected for which reason."""
    query = "select reason_code, records from ops.rejected_counts where batch_id = %s"
    return dict(warehouse.execute(query, [batch_id]).fetchall())
