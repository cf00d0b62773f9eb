"""What dies is brought back; what dies again and again is given up and named."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import psutil
import pytest
from rich.console import Console

from cvplus.errors import TransientError
from cvplus.runtime.chain import Chain
from cvplus.runtime.patience import ChainFailed, Patience
from cvplus.runtime.services import (
    WATCHER,
    dead_services,
    running_services,
    service_log,
    start_process,
    stop_all,
)
from cvplus.runtime.watcher import MOST_DEATHS, Watcher, given_up, known_deaths, start_watcher
from cvplus.settings import Settings

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
ENDS = [sys.executable, "-c", "raise SystemExit('the port is taken')"]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    stop_all(tmp_path)


def kill(home: Path, name: str) -> None:
    process = running_services(home)[name]
    process.kill()
    process.wait()


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "It did not come to pass."
        time.sleep(0.02)


def test_the_watcher_brings_back_a_killed_service_and_ends_before_the_others(home: Path) -> None:
    start_process(home, "sandbox", SLEEP, dict(os.environ), {"OWN": "kept"})
    start_watcher(home, dict(os.environ))
    before = running_services(home)["sandbox"].pid
    kill(home, "sandbox")
    wait_until(lambda: running_services(home).get("sandbox") is not None)
    back = running_services(home)["sandbox"]
    assert back.pid != before
    assert back.environ()["OWN"] == "kept"
    wait_until(lambda: known_deaths(home)["sandbox"].returns == 1)
    assert stop_all(home) == ["sandbox"]
    assert running_services(home) == {}
    assert not back.is_running()


def test_a_service_waits_longer_after_each_death_and_is_given_up_after_many(home: Path) -> None:
    now = 1_000.0
    watcher = Watcher(home, dict(os.environ), clock=lambda: now)
    start_process(home, "sandbox", ENDS, dict(os.environ))
    pauses = []
    for _ in range(MOST_DEATHS):
        wait_until(lambda: dead_services(home) == ["sandbox"])
        watcher.look()
        returns = watcher.deaths["sandbox"].returns
        died = now
        while watcher.deaths["sandbox"].returns == returns:
            now += 0.5
            watcher.look()
        pauses.append(now - died)
    assert pauses == [1, 2, 4, 8, 16]
    assert given_up(home) == []
    wait_until(lambda: dead_services(home) == ["sandbox"])
    watcher.look()
    assert given_up(home) == ["sandbox"]
    now += 3_600
    watcher.look()
    assert watcher.deaths["sandbox"].returns == MOST_DEATHS, "It was started again all the same."


def test_deaths_far_apart_are_forgotten(home: Path) -> None:
    now = 0.0
    watcher = Watcher(home, dict(os.environ), clock=lambda: now)
    start_process(home, "sandbox", SLEEP, dict(os.environ))
    for _ in range(MOST_DEATHS + 2):
        kill(home, "sandbox")
        watcher.look()
        now += 1
        watcher.look()
        assert dead_services(home) == []
        now += 3_600
    assert given_up(home) == []


def test_what_needs_the_warehouse_waits_until_that_is_back(home: Path) -> None:
    now = 0.0
    watcher = Watcher(home, dict(os.environ), clock=lambda: now)
    start_process(home, "airflow_scheduler", SLEEP, dict(os.environ))
    (home / "postgres").mkdir()
    (home / "postgres" / "PG_VERSION").write_text("18")
    kill(home, "airflow_scheduler")
    watcher.look()
    now += 0.9
    watcher.look()
    assert dead_services(home) == ["airflow_scheduler", "postgres"]
    (home / "postgres" / "PG_VERSION").unlink()
    now += 5
    watcher.look()
    assert dead_services(home) == []


def test_a_given_up_service_ends_a_run_with_its_name_its_last_words_and_its_log(home: Path) -> None:
    now = 0.0
    watcher = Watcher(home, dict(os.environ), clock=lambda: now)
    start_process(home, "airflow_scheduler", ENDS, dict(os.environ))
    while not given_up(home):
        wait_until(lambda: dead_services(home) == ["airflow_scheduler"])
        watcher.look()
        now += 60
        watcher.look()
    patience = Patience(home, Console(), dict(os.environ))
    chain = Chain(Mock(), Settings(home=home), Console(), datetime.now(UTC), patience)
    with pytest.raises(ChainFailed) as failure:
        chain.watch(Mock(), [])
    assert "airflow_scheduler died again and again: the port is taken" in str(failure.value)
    assert str(service_log(home, "airflow_scheduler")) in str(failure.value)


def test_a_run_says_once_what_died_and_goes_on_when_it_is_back(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cvplus.runtime.patience.POLL_SECONDS", 0.0)
    start_process(home, "airflow_api_server", SLEEP, dict(os.environ))
    kill(home, "airflow_api_server")
    patience = Patience(home, Console(width=200), dict(os.environ))
    asked: list[int] = []

    def ask() -> str:
        asked.append(1)
        if len(asked) < 3:
            raise TransientError(cause="Nothing answers.", remedy="Wait.")
        start_process(home, "airflow_api_server", SLEEP, dict(os.environ))
        return "an answer"

    assert patience.ask(ask) == "an answer"
    assert len(asked) == 3
    assert capsys.readouterr().out.count("airflow_api_server died; it is being brought back") == 1


def test_a_run_brings_back_the_watcher(home: Path) -> None:
    start_watcher(home, dict(os.environ))
    watcher = running_services(home)[WATCHER]
    os.kill(watcher.pid, signal.SIGKILL)
    watcher.wait()
    Patience(home, Console(), dict(os.environ)).look_after_services()
    assert psutil.pid_exists(running_services(home)[WATCHER].pid)
