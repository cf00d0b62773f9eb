"""Which records of a batch are new: a version is kept once, and one that returns is news."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from batch_maker import FETCHED_AT, TAGS, BatchMaker, tag, with_raw_table

from cvplus.resources import KnownAt
from cvplus.warehouse.load import BatchCounts, load_batch

DROPPED = TAGS.model_copy(update={"known_at": KnownAt(rule="dropped"), "is_snapshot": False})


def test_a_record_known_already_is_a_duplicate_and_a_changed_one_is_not(
    warehouse: psycopg.Connection, maker: BatchMaker
) -> None:
    load_batch(warehouse, maker.lake, maker.land([tag(1), tag(2)]), TAGS)
    later = maker.land([tag(1), tag(2, count=7), tag(3)], fetched_at=FETCHED_AT + timedelta(days=1))
    assert load_batch(warehouse, maker.lake, later, TAGS) == BatchCounts(3, 2, 1, 0)


def test_one_answer_that_two_runs_were_given_at_once_is_kept_once(
    warehouse: psycopg.Connection, maker: BatchMaker
) -> None:
    assert TAGS.known_at.rule == "observed"
    load_batch(warehouse, maker.lake, maker.land([tag(1)]), TAGS)
    cached = maker.land([tag(1)], fetched_at=FETCHED_AT - timedelta(milliseconds=45))
    older = maker.land([tag(1)], fetched_at=FETCHED_AT - timedelta(hours=1))
    assert load_batch(warehouse, maker.lake, cached, TAGS).loaded == 0
    assert load_batch(warehouse, maker.lake, older, TAGS).loaded == 1


def test_a_version_that_returns_after_another_is_news_once(
    warehouse: psycopg.Connection, maker: BatchMaker
) -> None:
    told = [tag(1), tag(1, count=7), tag(1), tag(1), tag(1, count=7)]
    loaded = [
        load_batch(
            warehouse, maker.lake, maker.land([record], fetched_at=FETCHED_AT + timedelta(days=day)), TAGS
        ).loaded
        for day, record in enumerate(told)
    ]
    assert loaded == [1, 1, 1, 0, 1]


def test_a_version_returns_though_all_were_known_from_one_instant(
    warehouse: psycopg.Connection, tmp_path: Path
) -> None:
    maker = BatchMaker(tmp_path, DROPPED)
    with_raw_table(warehouse, DROPPED)
    counts = []
    for count in (1, 2, 1, 1):
        counts.append(
            load_batch(
                warehouse, maker.lake, maker.land([tag(1, count=count, _dropped_on="2026-11-05")]), DROPPED
            ).loaded
        )
        warehouse.commit()  # so that no two batches landed in one instant
    assert counts == [1, 1, 1, 0]


def test_an_old_window_that_is_read_again_is_no_return(warehouse: psycopg.Connection, tmp_path: Path) -> None:
    maker = BatchMaker(tmp_path, DROPPED)
    with_raw_table(warehouse, DROPPED)
    days = [(1, "2026-11-05"), (2, "2026-11-06"), (1, "2026-11-05")]
    loaded = []
    for count, day in days:
        loaded.append(
            load_batch(
                warehouse, maker.lake, maker.land([tag(1, count=count, _dropped_on=day)]), DROPPED
            ).loaded
        )
        warehouse.commit()
    assert loaded == [1, 1, 0]


def test_what_stood_between_in_quarantine_alone_makes_no_return(
    warehouse: psycopg.Connection, maker: BatchMaker
) -> None:
    days = [
        maker.land([record], fetched_at=FETCHED_AT + timedelta(days=day))
        for day, record in enumerate([tag(1), tag(1, count=7), tag(1)])
    ]
    for manifest in days[:2]:
        load_batch(warehouse, maker.lake, manifest, TAGS)
    warehouse.execute("update ops.batches set state = 'quarantined' where batch_id = %s", [days[1].batch_id])
    assert load_batch(warehouse, maker.lake, days[2], TAGS) == BatchCounts(1, 0, 1, 0)


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("seen_bits", [8, 1 << 26])
def test_repetitions_are_found_across_chunks_and_the_earliest_knowledge_is_kept(
    warehouse: psycopg.Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_first: bool,
    seen_bits: int,
) -> None:
    monkeypatch.setattr("cvplus.warehouse.incoming.CHUNK_ROWS", 2)
    monkeypatch.setattr("cvplus.warehouse.held.SEEN_BITS", seen_bits)  # 8: nearly everything is asked for
    maker = BatchMaker(tmp_path, DROPPED)
    with_raw_table(warehouse, DROPPED)
    if not is_first:
        load_batch(warehouse, maker.lake, maker.land([tag(99, _dropped_on="2026-11-01")]), DROPPED)
    days = ["2026-11-05", "2026-11-02", "2026-11-07"]
    manifest = maker.land([tag(number, _dropped_on=day) for day in days for number in range(5)])
    assert load_batch(warehouse, maker.lake, manifest, DROPPED) == BatchCounts(15, 5, 10, 0)
    kept = warehouse.execute(
        "select record_key, known_at from raw.stack_overflow__tags where batch_id = %s order by 1",
        [manifest.batch_id],
    ).fetchall()
    assert kept == [(f"tag-{number}", datetime(2026, 11, 3, tzinfo=UTC)) for number in range(5)]


def test_a_record_that_a_batch_holds_itself_is_claimed_from_nobody(
    warehouse: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cvplus.warehouse.incoming.CHUNK_ROWS", 1)
    maker = BatchMaker(tmp_path, DROPPED)
    with_raw_table(warehouse, DROPPED)
    earlier = maker.land([tag(1, _dropped_on="2026-11-05"), tag(2, _dropped_on="2026-11-01")])
    load_batch(warehouse, maker.lake, earlier, DROPPED)
    # The first line of tag 1 is a duplicate of the earlier batch's, the second was known before that one.
    days = {"2026-11-09": 1, "2026-11-02": 1, "2026-11-08": 2, "2026-11-07": 2}
    later = maker.land([tag(number, _dropped_on=day) for day, number in days.items()])
    assert load_batch(warehouse, maker.lake, later, DROPPED) == BatchCounts(4, 1, 3, 0)
    claims = warehouse.execute("select batch_id, held_by, record_key, known_at from ops.deferred_duplicates")
    assert claims.fetchall() == [
        (later.batch_id, earlier.batch_id, "tag-2", datetime(2026, 11, 8, tzinfo=UTC))
    ]


def test_a_record_held_only_in_quarantine_is_loaded_again(
    warehouse: psycopg.Connection, maker: BatchMaker
) -> None:
    bad = maker.land([tag(1)])
    load_batch(warehouse, maker.lake, bad, TAGS)
    warehouse.execute("update ops.batches set state = 'quarantined'")
    assert load_batch(warehouse, maker.lake, maker.land([tag(1)]), TAGS).loaded == 1


def test_windows_loaded_in_any_order_give_the_same_first_knowledge(
    warehouse: psycopg.Connection, tmp_path: Path
) -> None:
    maker = BatchMaker(tmp_path, DROPPED)
    with_raw_table(warehouse, DROPPED)
    early = maker.land([tag(1, _dropped_on="2026-11-03"), tag(1, _dropped_on="2026-11-01")])
    late = maker.land([tag(1, _dropped_on="2026-11-09")])
    for manifest in (late, early):
        load_batch(warehouse, maker.lake, manifest, DROPPED)
    first = warehouse.execute(
        "select min(known_at), count(distinct content_hash) from raw.stack_overflow__tags"
    )
    assert first.fetchone() == (datetime(2026, 11, 2, tzinfo=UTC), 1)
