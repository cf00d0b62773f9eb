"""What was started is known by its process, and a part that dies is named with its log."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import psutil
import pytest
from rich.console import Console

from cvplus.runtime.chain import Chain, ChainFailed
from cvplus.runtime.services import (
    dead_services,
    running_services,
    service_log,
    services_file,
    start_process,
    stop_all,
)
from cvplus.settings import Settings

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_a_killed_service_is_dead_until_it_is_started_again(tmp_path: Path) -> None:
    start_process(tmp_path, "sandbox", SLEEP, {})
    assert dead_services(tmp_path) == []
    process = running_services(tmp_path)["sandbox"]
    process.kill()
    process.wait()
    assert dead_services(tmp_path) == ["sandbox"]
    start_process(tmp_path, "sandbox", SLEEP, {})
    assert dead_services(tmp_path) == []
    assert stop_all(tmp_path) == ["sandbox"]
    assert dead_services(tmp_path) == []


def leave_a_child_behind(home: Path) -> int:
    """Start a service that forks, and kill it alone; the process id of what it forked."""
    forks = "import os, time; print(os.fork(), flush=True); time.sleep(600)"
    start_process(home, "sandbox", [sys.executable, "-c", forks], {})
    log = service_log(home, "sandbox")
    while len(log.read_text().splitlines()) < 2:
        time.sleep(0.01)
    killed = running_services(home)["sandbox"]
    killed.kill()
    killed.wait()
    child = max(int(line) for line in log.read_text().splitlines())
    assert psutil.pid_exists(child)
    return child


def test_what_a_killed_service_forked_is_stopped_with_the_rest(tmp_path: Path) -> None:
    child = leave_a_child_behind(tmp_path)
    stop_all(tmp_path)
    assert not psutil.pid_exists(child)


def test_what_a_killed_service_forked_ends_before_the_service_starts_again(tmp_path: Path) -> None:
    child = leave_a_child_behind(tmp_path)
    start_process(tmp_path, "sandbox", SLEEP, {})
    assert not psutil.pid_exists(child)
    assert stop_all(tmp_path) == ["sandbox"]


def test_a_process_that_got_the_number_of_a_dead_service_is_left_alone(tmp_path: Path) -> None:
    start_process(tmp_path, "sandbox", SLEEP, {})
    process = running_services(tmp_path)["sandbox"]
    file = services_file(tmp_path)
    file.write_text(json.dumps({"sandbox": {"pid": process.pid, "created": process.create_time() - 60}}))
    assert dead_services(tmp_path) == ["sandbox"]
    stop_all(tmp_path)
    assert process.is_running()
    process.kill()
    process.wait()


def test_a_server_whose_process_is_gone_is_dead(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18")
    assert dead_services(tmp_path) == ["postgres"]


def test_a_run_that_waits_for_a_dead_part_ends_and_names_it_and_its_log(tmp_path: Path) -> None:
    start_process(tmp_path, "airflow_scheduler", SLEEP, {})
    process = running_services(tmp_path)["airflow_scheduler"]
    process.kill()
    process.wait()
    chain = Chain(Mock(), Settings(home=tmp_path), Console(), datetime.now(UTC))
    with pytest.raises(ChainFailed) as failure:
        chain.watch(Mock(), [])
    assert "airflow_scheduler died while the chain ran." in str(failure.value)
    assert str(tmp_path / "logs" / "airflow_scheduler.log") in str(failure.value)
