"""The facts of the status that stand in the warehouse."""

from datetime import timedelta
from pathlib import Path

import psycopg

from cvplus.operations.alerts import raise_alert
from cvplus.operations.freshness import record_source_state
from cvplus.settings import Settings
from cvplus.status.warehouse_facts import read_warehouse
from cvplus.transform.model_runs import LayerRun, begin_layer_run, end_layer_run

HOME = Settings(home=Path("nowhere"))
RUN = LayerRun("invocation", "build_warehouse", "run", "stage", "checksum")


def add_batch(connection: psycopg.Connection, batch_id: str, state: str, **changes: object) -> None:
    """A batch of five tags fetched an hour ago."""
    connection.execute(
        """
        insert into ops.batches (
            batch_id, source, resource, window_start, window_end, rows_read, rows_loaded, rows_duplicate,
            rows_rejected, bytes, checksum, known_at_rule, state, lake_path, fetched_at, gated_at,
            state_reason
        )
        values (
            %(batch_id)s, %(source)s, 'tags', now(), now(), 5, 5, 0, 0, 1, 'x', 'observed', %(state)s, 'x',
            now() - interval '1 hour', now() - interval '30 minutes', %(reason)s
        )
        """,
        {"batch_id": batch_id, "state": state, "source": "stack_overflow", "reason": None} | changes,
    )


def add_node(connection: psycopg.Connection, name: str, kind: str, status: str) -> None:
    """A node of :data:`RUN`."""
    connection.execute(
        """
        insert into ops.model_runs (
            invocation_id, unique_id, dag_id, run_id, layer, node, kind, status, started_at
        )
        values ('invocation', %s, 'build_warehouse', 'run', 'stage', %s, %s, %s, now())
        """,
        [name, name, kind, status],
    )


def test_an_empty_warehouse_has_nothing_to_tell(warehouse: psycopg.Connection) -> None:
    facts = read_warehouse(warehouse, HOME)
    assert (facts.layers, facts.accounts, facts.resources, facts.held, facts.alerts) == ((), (), (), (), ())


def test_a_dbt_run_that_goes_on_tells_what_is_done_and_what_is_being_built(
    warehouse: psycopg.Connection,
) -> None:
    begin_layer_run(warehouse, RUN, nodes=230)
    for name, kind, status in (
        ("stg_a", "model", "success"),
        ("unique_a", "test", "fail"),
        ("unique_b", "test", "running"),
        ("stg_b", "model", "running"),
    ):
        add_node(warehouse, name, kind, status)
    (layer,) = read_warehouse(warehouse, HOME).layers
    assert (layer.dag_id, layer.run_id, layer.layer) == ("build_warehouse", "run", "stage")
    assert (layer.done, layer.nodes, layer.building) == (2, 230, ("model stg_b", "test unique_b"))
    end_layer_run(warehouse, RUN, "success", None)
    assert read_warehouse(warehouse, HOME).layers == ()


def test_the_accounts_of_the_newest_two_runs_of_each_dag_are_read(warehouse: psycopg.Connection) -> None:
    for number in range(4):
        for dag_id in ("ingest_a", "ingest_b"):
            warehouse.execute(
                """
                insert into ops.runs (dag_id, run_id, task_id, rows, seconds, finished_at)
                select %(dag)s, %(run)s, task_id, 7, 1, now() - %(age)s
                from unnest(array['load', 'gate']) as task_id
                """,
                {"dag": dag_id, "run": f"run {number}", "age": timedelta(hours=number)},
            )
    accounts = read_warehouse(warehouse, HOME).accounts
    assert {(one.dag_id, one.run_id) for one in accounts} == {
        (dag_id, f"run {number}") for dag_id in ("ingest_a", "ingest_b") for number in (0, 1)
    }
    assert len(accounts) == 8


def test_a_resource_tells_its_age_and_why_nothing_newer_came(warehouse: psycopg.Connection) -> None:
    add_batch(warehouse, "good", "accepted")
    add_batch(warehouse, "bad", "quarantined", reason="No name.")
    warehouse.execute("insert into ops.source_states values ('stack_overflow', 'tags', 'configured')")
    record_source_state(warehouse, "stack_overflow", "failing", "[access_refused] The key is wrong.")
    (resource,) = read_warehouse(warehouse, HOME).resources
    assert (resource.state, resource.age, resource.quarantined) == ("failing", timedelta(hours=1), 1)
    assert resource.message == "[access_refused] The key is wrong."


def test_what_the_plant_derives_itself_is_no_source(warehouse: psycopg.Connection) -> None:
    add_batch(warehouse, "facts", "accepted", source="derived")
    assert read_warehouse(warehouse, HOME).resources == ()


def test_values_that_were_set_aside_are_counted_by_resource(warehouse: psycopg.Connection) -> None:
    add_batch(warehouse, "good", "accepted")
    assert read_warehouse(warehouse, HOME).set_aside == ()
    warehouse.execute("update ops.batches set fields_rejected = 12000, loaded_at = now()")
    warehouse.execute(
        """
        insert into ops.rejected_fields (
            batch_id, record_number, field, source, resource, reason_code, reason
        )
        select batch_id, number, case number when 1 then 'salary_min' else 'created' end, source, resource,
            'instant_outside', 'It lies ahead.'
        from ops.batches, generate_series(1, 3) as number
        """
    )
    (told,) = read_warehouse(warehouse, HOME).set_aside
    assert (told.values, told.field) == (12_000, "created")


def test_batches_in_quarantine_are_told_with_their_reason(warehouse: psycopg.Connection) -> None:
    add_batch(warehouse, "good", "accepted")
    add_batch(warehouse, "bad", "quarantined", reason="No name.")
    (held,) = read_warehouse(warehouse, HOME).held
    assert (held.batch_id, held.source, held.resource, held.reason) == (
        "bad",
        "stack_overflow",
        "tags",
        "No name.",
    )


def test_alerts_that_a_source_or_a_batch_tells_already_are_not_told_again(
    warehouse: psycopg.Connection,
) -> None:
    raise_alert(warehouse, "source_silent", "a.b", "warning", "Silent.")
    raise_alert(warehouse, "batch_quarantined", "batch", "critical", "Held.")
    raise_alert(warehouse, "source_budget", "a", "warning", "80 % is spent.")
    raise_alert(warehouse, "table_refused", "t", "critical", "Refused.")
    assert [alert.rule for alert in read_warehouse(warehouse, HOME).alerts] == [
        "table_refused",
        "source_budget",
    ]


def test_the_work_that_a_step_would_find_is_told(warehouse: psycopg.Connection) -> None:
    add_batch(warehouse, "good", "accepted")
    outstanding = read_warehouse(warehouse, HOME).outstanding
    assert outstanding["build_warehouse"] == "1 batch was accepted since the last build"
