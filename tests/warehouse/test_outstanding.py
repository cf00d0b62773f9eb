"""What each step would find to do is told without starting it, and in words."""

from datetime import UTC, datetime

import psycopg
import pytest
from layered_project import accept_batch

from cvplus.operations import outstanding as told
from cvplus.operations.builds import mark_built
from cvplus.operations.outstanding import (
    DRIFT,
    READING,
    SCORING,
    TRAINING,
    begin_step,
    build_reason,
    finish_step,
    is_drift_measured,
    outstanding,
    scoring_inputs,
    training_inputs,
)
from cvplus.settings import Settings
from cvplus.transform.project import project_checksum

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def layer_built(connection: psycopg.Connection, layer: str, invocation: str, hour: int) -> None:
    """A layer was built well at that hour."""
    connection.execute(
        """
        insert into ops.layer_runs (
            invocation_id, dag_id, run_id, layer, project_checksum, nodes, status, started_at, finished_at
        )
        values (%s, 'd', 'r', %s, %s, 1, 'success', %s, %s)
        """,
        [invocation, layer, project_checksum(), NOW.replace(hour=hour), NOW.replace(hour=hour, minute=30)],
    )


def promoted(connection: psycopg.Connection, version: str) -> None:
    """A version became the champion."""
    connection.execute(
        """
        insert into ops.promotions (decision_id, to_version, is_promoted, reasons, decided_by, decided_at)
        values (%s, %s, true, '[]', 'test', %s)
        """,
        [f"decision-{version}", version, NOW.replace(hour=10 + int(version))],
    )


def predicted(connection: psycopg.Connection, hour: int) -> None:
    """A prediction was written at that hour."""
    connection.execute(
        """
        insert into predictions.predictions (
            prediction_id, cv_id, cv_version, job_id, subject_id, scored_at, feature_at, model_version,
            feature_hash, is_out_of_distribution, is_stale, missing_reasons
        )
        values ('p', 'c', 1, 'j', 's', %s, %s, '1', 'h', false, false, '{}')
        """,
        [NOW.replace(hour=hour), NOW],
    )


@pytest.fixture
def done(warehouse: psycopg.Connection) -> psycopg.Connection:
    """A warehouse in which the whole chain has run."""
    layer_built(warehouse, "features", "build-1", 1)
    layer_built(warehouse, "marts", "build-2", 2)
    begin_step(warehouse, TRAINING, training_inputs(warehouse, Settings()))
    finish_step(warehouse, TRAINING)
    promoted(warehouse, "1")
    for step in (SCORING, DRIFT):
        begin_step(warehouse, step, str(scoring_inputs(warehouse)))
        finish_step(warehouse, step)
    predicted(warehouse, 3)
    layer_built(warehouse, "publish", "build-3", 4)
    return warehouse


def test_a_chain_that_has_run_leaves_nothing(done: psycopg.Connection) -> None:
    assert outstanding(done, Settings()) == {}


def test_a_new_batch_asks_for_a_build_and_one_without_rows_does_not(done: psycopg.Connection) -> None:
    accept_batch(done, "batch-1", "things")
    assert outstanding(done, Settings()) == {"build_warehouse": "1 batch was accepted since the last build"}
    done.execute("update ops.batches set rows_loaded = 0, rows_duplicate = 1")
    assert outstanding(done, Settings()) == {}


def test_another_dbt_project_asks_for_a_build(
    done: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "project_checksum", lambda: "another")
    assert build_reason(done) == "the dbt project has changed since the last build"


def test_better_readers_ask_for_a_build(done: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_step(done, READING, "pay:1")
    finish_step(done, READING)
    assert build_reason(done) == "the readers of texts have changed since the last build"
    monkeypatch.setattr(told, "readers_version", lambda: "pay:1")
    assert build_reason(done) is None


def test_new_features_ask_for_training_scoring_and_drift(done: psycopg.Connection) -> None:
    layer_built(done, "features", "build-4", 5)
    assert list(outstanding(done, Settings())) == [TRAINING, SCORING, DRIFT]


def test_a_new_champion_asks_for_scoring_and_drift(done: psycopg.Connection) -> None:
    promoted(done, "2")
    assert list(outstanding(done, Settings())) == [SCORING, DRIFT]


def test_drift_is_measured_once_for_these_features_and_this_champion(done: psycopg.Connection) -> None:
    assert is_drift_measured(done)
    promoted(done, "2")
    assert not is_drift_measured(done)


def test_drift_is_not_measured_while_nobody_is_champion(warehouse: psycopg.Connection) -> None:
    assert not is_drift_measured(warehouse)


def test_another_size_of_the_training_data_asks_for_training(
    done: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINING_DATA_SIZE", "77")
    assert list(outstanding(done, Settings())) == [TRAINING]


@pytest.mark.parametrize("step", [TRAINING, SCORING, DRIFT])
def test_a_step_that_began_and_did_not_end_is_still_to_do(done: psycopg.Connection, step: str) -> None:
    done.execute("update ops.built_from set pending_inputs = inputs, inputs = null where thing = %s", [step])
    assert list(outstanding(done, Settings())) == [step]


def test_marts_or_predictions_newer_than_the_last_publication_ask_for_one(done: psycopg.Connection) -> None:
    done.execute("update predictions.predictions set scored_at = %s", [NOW.replace(hour=6)])
    assert outstanding(done, Settings()) == {
        "publish_marts": "predictions were written since the last publication"
    }
    layer_built(done, "marts", "build-5", 7)
    assert outstanding(done, Settings()) == {
        "publish_marts": "the marts were built after they were last published"
    }


def test_drift_that_was_measured_after_the_last_publication_asks_for_one(done: psycopg.Connection) -> None:
    measured = """
        insert into ops.drift (drift_run_id, feature, test, threshold, is_drifted, sample_size, checked_at)
        values (%s, 'f', 't', 0.1, false, 9, %s)
    """
    done.execute(measured, ["before", NOW.replace(hour=3)])
    assert outstanding(done, Settings()) == {}
    done.execute(measured, ["after", NOW.replace(hour=5)])
    assert outstanding(done, Settings()) == {"publish_marts": "drift was measured since the last publication"}


def test_without_a_champion_nothing_is_scored(warehouse: psycopg.Connection) -> None:
    layer_built(warehouse, "features", "build-1", 1)
    assert list(outstanding(warehouse, Settings())) == [TRAINING]


def test_what_the_linker_landed_in_a_build_is_in_that_build(
    warehouse_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", warehouse_url)
    read, linked = NOW.replace(hour=1), NOW.replace(hour=2)
    gated = {
        "product/jobs": 0,
        "product/cvs": 1.5,
        "derived/posting_links": 1.5,
        "derived/company_record_links": 3,
    }
    with psycopg.connect(warehouse_url) as connection:
        for name, hour in gated.items():
            source, resource = name.split("/")
            connection.execute(
                """
                insert into ops.batches (batch_id, source, resource, window_start, window_end, rows_read,
                    rows_loaded, rows_duplicate, rows_rejected, bytes, checksum, known_at_rule, state,
                    lake_path, fetched_at, gated_at)
                values (%(name)s, %(source)s, %(resource)s, %(now)s, %(now)s, 1, 1, 0, 0, 1, '', 'published',
                    'accepted', '', %(now)s, %(now)s::timestamptz + %(hour)s * interval '1 hour')
                """,
                {"name": name, "source": source, "resource": resource, "now": NOW, "hour": hour},
            )
    assert mark_built(read.isoformat(), linked.isoformat()) == 2
    with psycopg.connect(warehouse_url) as connection:
        waiting = connection.execute("select batch_id from ops.batches where built_at is null").fetchall()
    assert {name for (name,) in waiting} == {"product/cvs", "derived/company_record_links"}
