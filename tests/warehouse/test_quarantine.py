"""The quarantine's commands: people see what is held back and why, and decide."""

from io import StringIO
from pathlib import Path

import psycopg
import pytest
from batch_maker import TAGS, BatchMaker, tag, with_raw_table
from rich.console import Console

from cvplus.quality.gate import gate_batches
from cvplus.quality.quarantine import release_batch
from cvplus.quality.quarantine_commands import main
from cvplus.warehouse.batches import BatchStateConflict, get_batch
from cvplus.warehouse.load import load_batch


@pytest.fixture
def quarantined(
    warehouse: psycopg.Connection, warehouse_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Id of a batch in quarantine (two fifths rubbish: no new rows are validated, which keeps this fast)."""
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", warehouse_url)
    monkeypatch.setenv("CVPLUS_HOME", str(tmp_path))
    with_raw_table(warehouse)
    maker = BatchMaker(tmp_path / "lake")
    manifest = maker.land([tag(1), tag(2), tag(3), {"count": 1}, {"count": 2}])
    load_batch(warehouse, maker.lake, manifest, TAGS)
    warehouse.commit()
    gate_batches(warehouse_url, [manifest.batch_id], tmp_path / "docs")
    return manifest.batch_id


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and output of a command."""
    output = StringIO()
    code = main(arguments, Console(file=output, width=300))
    return code, output.getvalue()


def test_list_and_show_say_what_is_held_back_and_why(quarantined: str) -> None:
    code, listed = run("list")
    assert code == 0
    assert quarantined in listed
    code, shown = run("show", quarantined)
    assert code == 0
    assert "5 = 3 + 0 + 2" in shown
    assert "2 of 5 rows rejected (40.0%)" in shown
    assert "key_missing" in shown


def test_release_is_recorded_with_person_and_reason_and_can_be_repeated(
    quarantined: str, warehouse: psycopg.Connection
) -> None:
    for _ in range(2):
        assert run("release", quarantined, "--reason", "Checked by hand.", "--who", "ann")[0] == 0
    batch = get_batch(warehouse, quarantined)
    assert batch.state == "released"
    assert str(batch.state_reason).startswith("Released by ann: Checked by hand. (It was quarantined: ")
    assert quarantined not in run("list")[1]


def test_replay_from_the_command_line_gates_anew(quarantined: str, warehouse: psycopg.Connection) -> None:
    code, output = run("replay", quarantined, "--reason", "Again.", "--who", "ann")
    assert code == 0
    assert "is quarantined" in output
    assert str(get_batch(warehouse, quarantined).state_reason).startswith("Replayed by ann: Again.")


def test_only_a_quarantined_batch_can_be_released(quarantined: str, warehouse: psycopg.Connection) -> None:
    warehouse.execute("update ops.batches set state = 'accepted'")
    with pytest.raises(BatchStateConflict, match="only a quarantined one"):
        release_batch(warehouse, quarantined, "No reason.", "ann")


def test_an_unknown_batch_is_a_clear_error_and_exit_code_1(quarantined: str) -> None:
    code, output = run("release", "nobody.knows.it", "--reason", "x")
    assert code == 1
    assert "[batch_unknown] batch=nobody.knows.it" in output
