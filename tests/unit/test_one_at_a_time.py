"""Two commands on one home: the second says who is at work, and waits until that one has ended."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cvplus.errors import ConfigurationError
from cvplus.runtime.one_at_a_time import alone

HOLDS = """
import sys, time
from pathlib import Path
from cvplus.runtime.one_at_a_time import alone
with alone(Path(sys.argv[1]), "run", print):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> "subprocess.Popen[str]":
    """Another process that has the home."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_says_who_is_at_work_and_goes_on_when_that_one_is_killed(
    tmp_path: Path, holder: "subprocess.Popen[str]"
) -> None:
    said: list[str] = []
    waits = threading.Event()

    def say(line: str) -> None:
        said.append(line)
        waits.set()

    done = threading.Event()

    def second() -> None:
        with alone(tmp_path, "up", say):
            done.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert waits.wait(60)
    assert not done.is_set()
    holder.kill()
    holder.wait()
    assert done.wait(60)
    thread.join()
    (line,) = said
    assert line.startswith(f"Waiting for `make run` (process {holder.pid}, since ")


def test_a_command_that_has_ended_holds_nobody_up(tmp_path: Path) -> None:
    said: list[str] = []
    for command in ("run", "down"):
        with alone(tmp_path, command, said.append):
            pass
    assert said == []


def test_a_home_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ConfigurationError, match="Nothing can be written in"),
        alone(tmp_path / "file" / "home", "run", print),
    ):
        pass
