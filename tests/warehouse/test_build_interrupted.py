"""A build that is killed, cut off, or finds no room says so, and the next one goes on from there."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from layered_build import UNITED, Build, new_build
from layered_project import write_model
from own_server import own_server

from cvplus.errors import TransientError, WarehouseUnavailable
from cvplus.runtime.postgres import EmbeddedPostgres, start_postgres
from cvplus.transform.build import layer_lock
from cvplus.transform.failures import BuildInterrupted
from cvplus.warehouse.schema import apply_schema

SLOW_MODEL = "select thing, pg_sleep(600)::text as slept from {{ ref('int_things') }}"
PAUSED_MODEL = (
    "select thing, pg_sleep((select seconds from ops.pause))::text as slept from {{ ref('int_things') }}"
)
SLEEPING = "select 1 from pg_stat_activity where query like '%pg_sleep%' and application_name = 'cvplus_dbt'"


@pytest.fixture
def mortal_server() -> Iterator[EmbeddedPostgres]:
    """A server that a test may kill."""
    with own_server() as running:
        yield running


def terminate_dbt(build: Build) -> None:
    """Cut every connection of dbt to the warehouse."""
    build.rows("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cvplus_dbt'")


def pause(build: Build) -> None:
    """Make a model sleep until ``resume``: a killed build and its retry run one and the same project."""
    with psycopg.connect(build.url) as connection:
        connection.execute("set synchronous_commit = on")
        connection.execute("create table ops.pause as select 600 as seconds")
    write_model(build.project, "intermediate/int_more", PAUSED_MODEL)


def resume(build: Build) -> None:
    """Let the model sleep no more."""
    with psycopg.connect(build.url) as connection:
        connection.execute("update ops.pause set seconds = 0")


def test_a_killed_run_is_told_and_its_retry_goes_on_from_there(build: Build) -> None:
    build.layer("stage")
    pause(build)
    process = build.start("unite")
    build.wait_until(SLEEPING, process)
    build.wait_until("select 1 from ops.model_runs where node = 'int_others' and status = 'success'", process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert build.last_run()["int_more"] == "running"
    terminate_dbt(build)
    resume(build)
    assert build.layer("unite") == 1
    assert build.last_run() == {"int_more": "success"}
    assert build.rows(
        "select status, count(*) from ops.layer_runs where layer = 'unite' group by 1 order by 1"
    ) == [
        ("killed", 1),
        ("success", 1),
    ]
    assert build.rows("select count(*) from ops.model_runs where status = 'running'") == [(0,)]


def test_a_lost_connection_is_worth_another_try(build: Build) -> None:
    build.layer("stage")
    write_model(build.project, "intermediate/int_more", SLOW_MODEL)
    caught: list[Exception] = []

    def run() -> None:
        try:
            build.layer("unite")
        except BuildInterrupted as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    build.wait_until(SLEEPING)
    terminate_dbt(build)
    thread.join()
    assert isinstance(caught[0], TransientError)
    assert "int_more" in str(caught[0])


def test_a_killed_server_is_told_and_the_next_try_goes_on(
    mortal_server: EmbeddedPostgres, tmp_path: Path, parse: Path
) -> None:
    url, data_folder = mortal_server.url(), mortal_server.data_folder
    with psycopg.connect(url) as connection:
        apply_schema(connection, [])
    build = new_build(tmp_path, url, parse)
    build.layer("stage")
    pause(build)
    caught: list[Exception] = []

    def run() -> None:
        try:
            build.layer("unite")
        except (BuildInterrupted, WarehouseUnavailable) as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    build.wait_until(SLEEPING)
    os.kill(int((data_folder / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    thread.join()
    assert isinstance(caught[0], TransientError)
    assert "make up" in str(caught[0])
    start_postgres(data_folder, mortal_server.password, mortal_server.port)
    assert build.rows("select status from ops.layer_runs where layer = 'unite'") == [("running",)]
    resume(build)
    build.layer("unite")
    assert build.last_run()["int_more"] == "success"
    assert build.rows("select status from ops.layer_runs where layer = 'unite' order by started_at") == [
        ("killed",),
        ("success",),
    ]
    counts = {name: len(build.rows(f"select * from intermediate.{name}")) for name in UNITED}
    assert counts == {"int_things": 1, "int_more": 1, "int_others": 0}


def test_a_second_build_of_a_layer_waits_for_the_first(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    finished = threading.Event()

    def run() -> None:
        build.layer("stage")
        finished.set()

    with psycopg.connect(build.url) as connection, layer_lock(connection, "stage"):
        thread = threading.Thread(target=run)
        thread.start()
        build.wait_until("select 1 from pg_locks where locktype = 'advisory' and not granted")
        assert not finished.is_set()
        assert build.rows("select count(*) from ops.layer_runs") == [(0,)]
    thread.join()
    assert finished.is_set()
    assert "Another build of layer stage runs; waiting until it has ended." in caplog.text


def test_a_full_disk_says_which_folder_and_the_next_try_goes_on(build: Build) -> None:
    build.layer("stage")
    compiled = build.folder / "unite" / "run" / "cvplus" / "models" / "intermediate" / "int_more.sql"
    compiled.parent.mkdir(parents=True)
    compiled.symlink_to("/dev/full")
    with pytest.raises(BuildInterrupted, match="No space left on device"):
        build.layer("unite")
    compiled.unlink()
    assert build.layer("unite") == 1


def test_a_target_folder_that_cannot_be_written_is_named(build: Build) -> None:
    (build.folder / "stage" / "partial_parse.msgpack").mkdir(parents=True)
    with pytest.raises(BuildInterrupted, match=str(build.folder / "stage")):
        build.layer("stage")
