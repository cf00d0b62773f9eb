"""A layer is one dbt run that tells every outcome, goes on from what failed, and mixes with no other."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from layered_project import accept_batch, write_model, write_project
from own_server import own_server

from cvplus.errors import PermanentError, TransientError, WarehouseUnavailable
from cvplus.runtime.postgres import EmbeddedPostgres, start_postgres
from cvplus.settings import PROJECT_ROOT
from cvplus.transform.build import build_layer, layer_lock
from cvplus.transform.failures import BuildInterrupted, ModelFailed, ProjectInvalid
from cvplus.transform.layers import LAYERS, layer_of
from cvplus.transform.project import PARTIAL_PARSE, parse_project
from cvplus.warehouse.schema import apply_schema, create_raw_table

SLOW_MODEL = "select thing, pg_sleep(600)::text as slept from {{ ref('int_things') }}"
PAUSED_MODEL = (
    "select thing, pg_sleep((select seconds from ops.pause))::text as slept from {{ ref('int_things') }}"
)
SLEEPING = "select 1 from pg_stat_activity where query like '%pg_sleep%' and application_name = 'cvplus_dbt'"
UNITED = ("int_things", "int_more", "int_others")
BROKEN_MODEL = "select no_such_column from {{ ref('int_things') }}"


@dataclass
class Build:
    """An invented project, its warehouse and dbt's folder."""

    project: Path
    url: str
    folder: Path

    def layer(self, layer: str, run_id: str = "run-1", *, is_full: bool = False) -> int:
        """Build a layer."""
        return build_layer(
            layer,
            "build_warehouse",
            run_id,
            warehouse_url=self.url,
            folder=self.folder,
            is_full=is_full,
            project=self.project,
        )

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Answer of a query."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchall()

    def last_run(self, column: str = "status") -> dict[str, object]:
        """What the newest dbt run has told of each node."""
        return dict(
            self.rows(
                f"""
                select node, {column} from ops.model_runs where invocation_id = (
                    select invocation_id from ops.layer_runs order by started_at desc limit 1
                )
                """
            )
        )

    def start(self, layer: str) -> "subprocess.Popen[bytes]":
        """Build a layer in a process of its own."""
        code = (
            "from pathlib import Path; from cvplus.transform.build import build_layer;"
            f"build_layer({layer!r}, 'build_warehouse', 'run-1', warehouse_url={self.url!r},"
            f"folder=Path({str(self.folder)!r}), project=Path({str(self.project)!r}))"
        )
        path = os.pathsep.join((str(PROJECT_ROOT), str(PROJECT_ROOT / "plugins")))
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait_until(self, query: str, process: "subprocess.Popen[bytes] | None" = None) -> None:
        """Wait until a query has an answer; the test's own limit ends a wait in vain."""
        while not self.rows(query):
            assert process is None or process.poll() is None, "the build ended before it came so far"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def parse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What dbt has made of the project's files, which spares each build the time of reading them all."""
    folder = tmp_path_factory.mktemp("parsed")
    parse_project(folder / "target", folder / PARTIAL_PARSE, write_project(folder / "project"))
    return folder / PARTIAL_PARSE


@pytest.fixture
def build(tmp_path: Path, warehouse_url: str, parse: Path) -> Build:
    """The project written and parsed, its raw tables there."""
    return new_build(tmp_path, warehouse_url, parse)


def new_build(folder: Path, url: str, parse: Path) -> Build:
    """A project in a folder and a warehouse of its own."""
    (folder / "dbt").mkdir()
    shutil.copy(parse, folder / "dbt")
    with psycopg.connect(url) as connection:
        for table in ("invented__things", "invented__others"):
            create_raw_table(connection, table)
        accept_batch(connection, "batch-1", "things")
        accept_batch(connection, "batch-2", "others")
    return Build(write_project(folder / "project"), url, folder / "dbt")


@pytest.fixture
def mortal_server() -> Iterator[EmbeddedPostgres]:
    """A server that a test may kill."""
    with own_server() as running:
        yield running


def test_each_node_tells_its_outcome_seconds_rows_and_message(build: Build) -> None:
    assert build.layer("stage") == 3
    told = build.rows(
        "select node, kind, status, rows, message, seconds > 0, finished_at >= started_at from ops.model_runs"
    )
    assert sorted(told) == [
        ("codes", "seed", "success", 2, "INSERT 2", True, True),
        ("not_null_stg_invented__things_thing", "test", "pass", None, None, True, True),
        ("stg_invented__others", "model", "success", 0, "SELECT 0", True, True),
        ("stg_invented__things", "model", "success", 1, "SELECT 1", True, True),
    ]
    assert build.rows("select layer, nodes, status from ops.layer_runs") == [("stage", 4, "success")]


def test_the_log_says_which_model_of_how_many_is_being_built(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="cvplus.transform"):
        build.layer("stage")
    lines = [record.getMessage() for record in caplog.records]
    assert "Layer stage: 4 nodes to run, 0 finished by an earlier try, 0 without news." in lines
    assert [line.split(":")[0] for line in lines if "building" in line] == ["1 of 3", "2 of 3", "3 of 3"]
    assert any(line.startswith("built stg_invented__things in ") for line in lines)


def test_a_failed_model_is_named_with_its_message_its_sql_and_what_stands_below(build: Build) -> None:
    build.layer("stage")
    write_model(
        build.project,
        "intermediate/int_things",
        "select no_such_column from {{ ref('stg_invented__things') }}",
    )
    with pytest.raises(ModelFailed) as failure:
        build.layer("unite")
    text = str(failure.value)
    assert "model int_things: Database Error" in text
    assert 'column "no_such_column" does not exist' in text
    assert "Not built below it: int_more." in text
    sql = Path(text.split(" SQL: ")[1].split(". Not built")[0])
    assert "no_such_column" in sql.read_text(), "the SQL that is named is not what was run"
    assert build.last_run()["int_others"] == "success", "what does not stand below is built all the same"
    assert build.last_run("compiled_path")["int_things"] == str(sql)


def test_the_log_of_a_failed_model_ends_with_cause_sql_and_cure_a_line_each(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    build.layer("stage")
    write_model(
        build.project, "intermediate/int_things", BROKEN_MODEL.replace("int_things", "stg_invented__things")
    )
    with pytest.raises(ModelFailed):
        build.layer("unite")
    *_, cause, sql, below, cure = [record.getMessage() for record in caplog.records]
    assert cause.startswith("model int_things failed: Database Error")
    assert Path(sql.removeprefix("  its SQL: ")).exists()
    assert below == "  Not built below it: int_more."
    assert cure.startswith("Next: Run the SQL that is named (`make psql < file`)")


def test_a_failed_test_is_named_with_the_query_that_finds_the_wrong_rows(build: Build) -> None:
    write_model(
        build.project,
        "staging/stg_invented__things",
        "select null::text as thing from (values (1)) as one (n) "
        "left join {{ source('raw', 'invented__things') }} as things on things.record_key = 'none'",
    )
    with pytest.raises(ModelFailed) as failure:
        build.layer("stage")
    assert "test not_null_stg_invented__things_thing: Got 1 result, configured to fail if != 0" in str(
        failure.value
    )
    sql = Path(str(failure.value).split(" SQL: ")[1].split(". ")[0].removesuffix("."))
    assert len(build.rows(sql.read_text())) == 1


def test_a_retry_builds_what_failed_and_was_skipped_and_nothing_twice(build: Build) -> None:
    build.layer("stage")
    with psycopg.connect(build.url) as connection:
        connection.execute("create table ops.divisor as select 0 as n")
    write_model(
        build.project,
        "intermediate/int_things",
        "select thing, 1 / (select n from ops.divisor) as share from {{ ref('stg_invented__things') }}",
    )
    with pytest.raises(ModelFailed, match="division by zero"):
        build.layer("unite")
    with psycopg.connect(build.url) as connection:
        connection.execute("update ops.divisor set n = 1")
    assert build.layer("unite") == 2
    assert set(build.last_run()) == {"int_things", "not_null_int_things_thing", "int_more"}
    assert build.rows("select count(*) from ops.model_runs where node = 'int_others'") == [(1,)]


def terminate_dbt(build: Build) -> None:
    """Cut every connection of dbt to the warehouse."""
    build.rows("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cvplus_dbt'")


def test_after_a_failed_test_what_it_reads_is_built_again(build: Build) -> None:
    build.layer("stage")
    with psycopg.connect(build.url) as connection:
        connection.execute("update staging.stg_invented__things set thing = null")
    with pytest.raises(ModelFailed, match="not_null_int_things_thing"):
        build.layer("unite")
    with psycopg.connect(build.url) as connection:
        connection.execute("update staging.stg_invented__things set thing = 'a'")
    assert build.layer("unite") == 2
    assert set(build.last_run()) == {"int_things", "not_null_int_things_thing", "int_more"}


def test_a_changed_project_is_built_whole_again(build: Build) -> None:
    build.layer("stage")
    write_model(build.project, "intermediate/int_more", BROKEN_MODEL)
    with pytest.raises(ModelFailed):
        build.layer("unite")
    write_model(build.project, "intermediate/int_more", "select thing from {{ ref('int_things') }}")
    assert build.layer("unite") == 3


def test_a_finished_layer_that_is_cleared_is_built_anew(build: Build) -> None:
    build.layer("stage")
    assert build.layer("unite") == 3
    assert build.layer("unite") == 3


def test_staging_without_news_is_left_as_it_is(build: Build) -> None:
    build.layer("stage")
    assert build.layer("stage", "run-2") == 0
    with psycopg.connect(build.url) as connection:
        accept_batch(connection, "batch-3", "things")
    assert build.layer("stage", "run-3") == 1
    assert set(build.last_run()) == {"stg_invented__things", "not_null_stg_invented__things_thing"}
    assert build.layer("stage", "run-4", is_full=True) == 3


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param("drop table staging.stg_invented__things", id="its table is gone"),
        pytest.param("delete from ops.batches where batch_id = 'batch-1'", id="a batch is gone"),
        pytest.param(
            "update ops.batches set state = 'quarantined' where batch_id = 'batch-1'",
            id="a batch is held back",
        ),
    ],
)
def test_staging_whose_ground_has_moved_is_built_again(build: Build, spoil: str) -> None:
    build.layer("stage")
    with psycopg.connect(build.url) as connection:
        connection.execute(spoil)
    assert build.layer("stage", "run-2") == 1


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


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("models/intermediate/int_more.sql", "select {{ ref('int_things' }}"),
        ("models/intermediate/int_more.sql", "select * from {{ ref('int_nothing') }}"),
        ("models/sources.yml", "sources: [\n"),
    ],
    ids=["broken template", "unknown model", "broken YAML"],
)
def test_a_project_that_cannot_be_read_names_the_file(build: Build, name: str, text: str) -> None:
    (build.project / name).write_text(text)
    with pytest.raises(ProjectInvalid, match=Path(name).name) as failure:
        build.layer("stage")
    assert isinstance(failure.value, PermanentError)


def test_what_an_earlier_parse_left_is_never_believed_against_the_files(build: Build) -> None:
    build.layer("stage")
    shared = build.folder / "partial_parse.msgpack"
    shared.write_bytes(shared.read_bytes()[: shared.stat().st_size // 2])
    assert build.layer("unite") == 3, "a parse that was cut in half"
    write_model(build.project, "intermediate/int_new", "select thing from {{ ref('int_things') }}")
    assert build.layer("unite", "run-2") == 4, "a parse that is older than the project"


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


def test_no_node_of_the_project_stands_above_its_layer(tmp_path: Path) -> None:
    nodes = parse_project(tmp_path / "target", tmp_path / "shared" / "partial_parse.msgpack").nodes
    layers = {name: layer_of(node, nodes) for name, node in nodes.items()}
    assert set(layers.values()) == set(LAYERS)
    above = [
        (name, parent)
        for name, node in nodes.items()
        for parent in getattr(node, "depends_on_nodes", [])
        if parent in layers and LAYERS.index(str(layers[parent])) > LAYERS.index(str(layers[name]))
    ]
    assert not above, "these are built, or tested, before what they read"
