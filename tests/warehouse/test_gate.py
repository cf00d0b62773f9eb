"""The gate on real rows: what passes becomes visible, what does not is kept away and says why."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from batch_maker import FETCHED_AT, TAGS, BatchMaker, tag, with_raw_table

from cvplus.errors import ConfigurationError, GateFailed, WarehouseUnavailable
from cvplus.lake.manifest import Manifest
from cvplus.quality.gate import GateOutcome, gate_batches, gate_tables
from cvplus.quality.quarantine import release_batch, replay_batch
from cvplus.warehouse.batches import BatchStateConflict, get_batch, register_landed
from cvplus.warehouse.load import load_batch

VISIBLE_KEYS = """
    select record_key from raw.stack_overflow__tags join ops.batches using (batch_id)
    where state in ('accepted', 'released') order by 1
"""


class Plant:
    """A warehouse, a lake and the gate between them."""

    def __init__(self, connection: psycopg.Connection, url: str, folder: Path) -> None:
        self.connection = connection
        self.url = url
        self.docs = folder / "docs"
        self.maker = BatchMaker(folder / "lake")

    def load(self, records: list[Any], days: int = 0) -> Manifest:
        """Land and load a batch; committed."""
        manifest = self.maker.land(records, fetched_at=FETCHED_AT + timedelta(days=days))
        load_batch(self.connection, self.maker.lake, manifest, TAGS)
        self.connection.commit()
        return manifest

    def gate(self, *manifests: Manifest) -> list[GateOutcome]:
        """Gate batches."""
        outcomes = gate_batches(self.url, [manifest.batch_id for manifest in manifests], self.docs)
        self.connection.rollback()
        return outcomes

    def visible_keys(self) -> list[str]:
        """Keys that staging would see."""
        return [key for (key,) in self.connection.execute(VISIBLE_KEYS).fetchall()]

    def open_alerts(self) -> list[tuple[str, str]]:
        """Rule and subject of the open incidents."""
        return self.connection.execute(
            "select rule, subject from ops.alerts where state = 'open' order by 1, 2"
        ).fetchall()


@pytest.fixture
def plant(warehouse: psycopg.Connection, warehouse_url: str, tmp_path: Path) -> Plant:
    """A plant with an empty table of tags."""
    with_raw_table(warehouse)
    return Plant(warehouse, warehouse_url, tmp_path)


def test_a_good_batch_is_accepted_with_its_page(plant: Plant) -> None:
    manifest = plant.load([tag(1), tag(2)])
    (outcome,) = plant.gate(manifest)
    assert outcome.is_accepted
    assert outcome.docs_path is not None
    assert Path(outcome.docs_path).stat().st_size > 0
    assert manifest.batch_id in (plant.docs / "index.html").read_text()
    assert plant.visible_keys() == ["tag-1", "tag-2"]
    results = plant.connection.execute(
        "select count(*), bool_and(is_passed) from ops.gate_results"
    ).fetchone()
    assert results is not None
    assert results[0] >= 3
    assert results[1]


def test_a_critical_failure_quarantines_and_names_the_failing_keys(plant: Plant) -> None:
    bad = [tag(number, count=-1) for number in range(30)]
    (outcome,) = plant.gate(plant.load([tag(99), *bad]))
    assert outcome.state == "quarantined"
    assert "30 of 31 rows" in str(outcome.reason)
    assert plant.visible_keys() == []
    ((keys,),) = plant.connection.execute(
        "select failing_keys from ops.gate_results where not is_passed"
    ).fetchall()
    assert len(keys) == 20
    assert {"record_key": "tag-99"} not in keys
    assert plant.open_alerts() == [("batch_quarantined", outcome.batch_id)]


def test_a_warning_lets_the_batch_through_and_is_told_once_an_incident(plant: Plant) -> None:
    for day in range(2):
        records = [tag(day * 2), tag(day * 2 + 1, name=f"not a tag {day}")]
        (outcome,) = plant.gate(plant.load(records, days=day))
        assert outcome.state == "accepted"
        assert outcome.failed
    assert plant.open_alerts() == [("batch_warning", "stack_overflow.tags")]
    assert plant.connection.execute("select seen_count from ops.alerts").fetchall() == [(2,)]
    plant.gate(plant.load([tag(7)], days=3))
    assert plant.open_alerts() == []


def test_a_batch_that_is_one_fifth_rubbish_is_quarantined_until_it_is_released(plant: Plant) -> None:
    manifest = plant.load([tag(number) for number in range(8)] + [{"count": 1}] * 2)
    (outcome,) = plant.gate(manifest)
    assert outcome.state == "quarantined"
    assert "2 of 10 rows rejected (20.0%)" in str(outcome.reason)
    assert plant.visible_keys() == []
    release_batch(plant.connection, manifest.batch_id, "The rest is good.", "ann")
    assert len(plant.visible_keys()) == 8
    assert plant.open_alerts() == []


def test_rejected_records_up_to_the_limit_do_not_stop_a_batch(plant: Plant) -> None:
    (outcome,) = plant.gate(plant.load([tag(number) for number in range(19)] + [{"count": 1}]))
    assert outcome.state == "accepted"


def test_a_batch_with_nothing_new_is_judged_by_the_batch_rules_alone(plant: Plant) -> None:
    plant.gate(plant.load([tag(1)]))
    same = plant.load([tag(1)], days=1)
    rubbish = plant.load([tag(1), {"count": 1}], days=2)
    accepted, quarantined = plant.gate(same, rubbish)
    assert (accepted.state, accepted.docs_path) == ("accepted", None)
    assert quarantined.state == "quarantined"


def test_many_batches_in_one_pass_are_judged_each_for_itself(plant: Plant) -> None:
    batches = [plant.load([tag(number, count=-1 if number == 2 else 5)], days=number) for number in range(4)]
    states = [outcome.state for outcome in plant.gate(*batches)]
    assert states == ["accepted", "accepted", "quarantined", "accepted"]


def test_a_verdict_is_given_once(plant: Plant) -> None:
    good, bad = plant.load([tag(1)]), plant.load([tag(2, count=-5)])
    first = plant.gate(good, bad)
    counted = plant.connection.execute("select count(*) from ops.gate_results").fetchone()
    assert plant.gate(good, bad) == first
    assert plant.connection.execute("select count(*) from ops.gate_results").fetchone() == counted


def test_a_record_that_a_quarantined_batch_held_reaches_staging_through_the_other_one(plant: Plant) -> None:
    bad = plant.load([tag(1), tag(2, count=-1)])
    good = plant.load([tag(1), tag(1), tag(3)], days=1)  # tag-1 is a duplicate of a batch not gated yet
    assert get_batch(plant.connection, good.batch_id).rows_loaded == 1
    outcomes = {outcome.batch_id: outcome.state for outcome in plant.gate(good, bad)}
    assert outcomes == {good.batch_id: "accepted", bad.batch_id: "quarantined"}
    assert plant.visible_keys() == ["tag-1", "tag-3"]
    batch = get_batch(plant.connection, good.batch_id)
    assert (batch.rows_loaded, batch.rows_duplicate) == (2, 1)
    verdicts = plant.connection.execute(
        "select count(distinct gate_run_id) from ops.gate_results where batch_id = %s", [good.batch_id]
    ).fetchone()
    assert verdicts == (1,), "It is judged once, with what it took over."


def test_a_batch_accepted_before_is_gated_anew_when_it_takes_records_over(plant: Plant) -> None:
    bad = plant.load([tag(1), tag(2, count=-1)])
    good = plant.load([tag(1), tag(3)], days=1)
    plant.gate(good)
    assert plant.visible_keys() == ["tag-3"]
    outcomes = {outcome.batch_id: outcome.state for outcome in plant.gate(bad)}
    assert outcomes == {bad.batch_id: "quarantined", good.batch_id: "accepted"}
    assert plant.visible_keys() == ["tag-1", "tag-3"]


def test_a_replay_loads_and_gates_anew_and_marks_what_is_used_now(plant: Plant) -> None:
    manifest = plant.load([tag(1), {"name": "tag-2", "total": 4}])
    assert plant.gate(manifest)[0].state == "quarantined"
    mended = TAGS.model_copy(update={"required": []})
    renamed = lambda record: {"count": record.pop("total", 1)} | record  # noqa: E731
    outcome = replay_batch(
        plant.url, plant.maker.lake, manifest.batch_id, mended, "Field renamed.", "ann", plant.docs, renamed
    )
    plant.connection.rollback()
    assert outcome.state == "accepted"
    assert plant.visible_keys() == ["tag-1", "tag-2"]
    assert plant.open_alerts() == []
    replayed = plant.connection.execute("select replayed_at is not null from ops.rejected_records").fetchall()
    assert replayed == [(True,)]
    batch = get_batch(plant.connection, manifest.batch_id)
    assert (batch.rows_read, batch.rows_loaded, batch.rows_rejected) == (2, 2, 0)


def test_a_batch_that_was_never_loaded_cannot_be_gated(plant: Plant) -> None:
    manifest = plant.maker.land([tag(1)])
    register_landed(plant.connection, manifest)
    plant.connection.commit()
    with pytest.raises(BatchStateConflict, match="load task"):
        plant.gate(manifest)


def test_a_table_without_a_suite_lets_nothing_through(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = plant.load([tag(1)])
    plant.connection.execute("update ops.batches set resource = 'unheard_of'")
    plant.connection.commit()
    with pytest.raises(ConfigurationError, match=r"unheard_of\.yaml"):
        plant.gate(manifest)
    assert get_batch(plant.connection, manifest.batch_id).state == "loaded"


def test_a_warehouse_that_goes_away_is_no_verdict(plant: Plant) -> None:
    manifest = plant.load([tag(1)])
    with pytest.raises(WarehouseUnavailable):
        gate_batches("postgresql://nobody@127.0.0.1:1/none", [manifest.batch_id], plant.docs)
    assert get_batch(plant.connection, manifest.batch_id).state == "loaded"


def test_a_connection_lost_while_validating_is_no_verdict(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = plant.load([tag(1)])
    lost = "select pg_terminate_backend(pg_backend_pid())::text as name, 1 as count, 1 as name_length"
    monkeypatch.setattr("cvplus.quality.suites.Suite.query", lambda *_: lost)
    with pytest.raises(WarehouseUnavailable):
        plant.gate(manifest)
    assert get_batch(plant.connection, manifest.batch_id).state == "loaded"


def test_an_error_inside_a_validation_is_no_verdict_either(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = plant.load([tag(1)])
    monkeypatch.setattr("cvplus.quality.suites.Suite.query", lambda *_: "select 1/0 as count, 'a' as name")
    with pytest.raises(ConfigurationError, match="stack_overflow__tags"):
        plant.gate(manifest)
    assert get_batch(plant.connection, manifest.batch_id).state == "loaded"


@pytest.mark.parametrize("probability", [0.5, None])
def test_a_table_that_fails_stops_what_reads_it(plant: Plant, probability: float | None) -> None:
    plant.connection.execute(
        """
        insert into predictions.predictions (
            prediction_id, cv_id, cv_version, job_id, subject_id, scored_at, feature_at,
            interview_probability, offer_probability, salary_low, salary_median, salary_high,
            salary_currency, time_to_hire_days, time_to_hire_days_low, time_to_hire_days_high,
            competitiveness_score, model_version, feature_hash
        )
        values (
            'p', 'c', 1, 'j', 's', now(), now(), %(p)s, 0.1, 9e4, 1e5, 1.2e5, 'USD', 30, 20, 60, 50, '1', 'h'
        )
        """,
        {"p": probability},
    )
    plant.connection.commit()
    if probability is not None:
        gate_tables(plant.url, ["predictions"], plant.docs)
        assert plant.open_alerts() == []
    else:
        with pytest.raises(GateFailed, match=r"predictions\.predictions"):
            gate_tables(plant.url, ["predictions"], plant.docs)
        plant.connection.rollback()
        assert plant.open_alerts() == [("table_refused", "predictions.predictions")]


def test_a_field_that_vanishes_is_told_by_what_good_batches_had(plant: Plant) -> None:
    quarantined = plant.load([tag(number, count=-1) for number in range(30, 60)])
    good = plant.load([tag(number) for number in range(30)])
    plant.gate(quarantined, good)
    lost = plant.load([tag(number) for number in range(60, 90)], days=1)
    plant.connection.execute(
        "update raw.stack_overflow__tags set record = record - 'count' where batch_id = %s", [lost.batch_id]
    )
    plant.connection.commit()
    (outcome,) = plant.gate(lost)
    assert outcome.state == "quarantined"
    observed = plant.connection.execute(
        "select observed from ops.gate_results where batch_id = %s and expectation = %s",
        [lost.batch_id, "expect_column_to_be_filled_as_before(count)"],
    ).fetchall()
    assert observed == [("0 of 30 rows filled, at least 100.0% of the last 1 good ones",)]


@pytest.mark.parametrize(
    ("is_snapshot", "state", "alerts"),
    [(True, "quarantined", ["batch_quarantined"]), (False, "accepted", ["batch_warning"])],
)
def test_silence_after_many_rows_is_told(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, is_snapshot: bool, state: str, alerts: list[str]
) -> None:
    resource = TAGS.model_copy(update={"is_snapshot": is_snapshot})
    monkeypatch.setattr("cvplus.quality.presence.resource_named", lambda *_: resource)
    plant.gate(plant.load([tag(number) for number in range(20)]))
    nothing = plant.load([], days=1)
    (outcome,) = plant.gate(nothing)
    assert (outcome.state, [name for name, _ in plant.open_alerts()]) == (state, alerts)
    assert "0 rows read, at least 20 in 1 good batches before" in str(outcome.reason)
    if state == "quarantined":
        release_batch(plant.connection, nothing.batch_id, "It is so.", "ann")
    (again,) = plant.gate(plant.load([], days=2))
    assert again.state == "accepted"


def test_a_table_is_held_against_its_last_good_builds(plant: Plant) -> None:
    plant.connection.execute(
        """
        insert into predictions.predictions (
            prediction_id, cv_id, cv_version, job_id, subject_id, scored_at, feature_at,
            interview_probability, offer_probability, salary_low, salary_median, salary_high,
            salary_currency, time_to_hire_days, time_to_hire_days_low, time_to_hire_days_high,
            competitiveness_score, model_version, feature_hash
        )
        select
            'p' || number, 'c' || number, 1, 'j', 's', now(), now(), 0.5, 0.1, 9e4, 1e5, 1.2e5, 'USD',
            30, 20, 60, 50, '1', 'h' || number
        from generate_series(1, 30) as number
        """
    )
    plant.connection.commit()
    gate_tables(plant.url, ["predictions"], plant.docs)
    plant.connection.execute("update predictions.predictions set competitiveness_score = null")
    plant.connection.commit()
    with suppress(GateFailed):
        gate_tables(plant.url, ["predictions"], plant.docs)
    plant.connection.rollback()
    told = plant.connection.execute(
        "select observed from ops.gate_results where not is_passed and expectation like %s",
        ["expect_column_to_be_filled%competitiveness_score%"],
    ).fetchall()
    assert told == [("0 of 30 rows filled, at least 100.0% of the last 1 good ones",)]
