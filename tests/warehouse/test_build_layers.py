"""A layer is one dbt run that tells every outcome and goes on from what failed."""

import logging
from pathlib import Path

import psycopg
import pytest
from layered_build import Build
from layered_project import accept_batch, write_model

from cvplus.errors import PermanentError
from cvplus.transform.failures import ModelFailed, ProjectInvalid
from cvplus.transform.layers import LAYERS, layer_of
from cvplus.transform.project import parse_project

BROKEN_MODEL = "select no_such_column from {{ ref('int_things') }}"


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
