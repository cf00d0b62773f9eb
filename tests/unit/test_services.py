"""What was started is known by its process, and a part that dies is named with its log."""

import json
import socket
import sys
import time
from pathlib import Path

import psutil
import pytest

from cvplus.errors import WarehouseUnavailable
from cvplus.runtime.services import (
    dead_services,
    require_own,
    running_services,
    service_log,
    services_file,
    start_process,
    stop_all,
    strays,
)

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


def test_what_plays_the_outside_world_is_given_no_password(tmp_path: Path) -> None:
    environment = {
        "PATH": "/bin",
        "CVPLUS_SANDBOX_QUOTAS": "off",
        "CVPLUS_MASTER_KEY": "k",
        "PGPASSWORD": "p",
    }
    start_process(tmp_path, "sandbox", SLEEP, environment)
    start_process(tmp_path, "airflow_scheduler", SLEEP, environment)
    given: dict[str, dict[str, str]] = {}
    # A process that has only just begun has no environment yet.
    while not all("PATH" in told for told in given.values()) or not given:
        given = {name: process.environ() for name, process in running_services(tmp_path).items()}
    stop_all(tmp_path)
    assert {"CVPLUS_MASTER_KEY", "PGPASSWORD"} & given["sandbox"].keys() == set()
    assert given["sandbox"]["CVPLUS_SANDBOX_QUOTAS"] == "off"
    assert given["airflow_scheduler"]["CVPLUS_MASTER_KEY"] == "k"


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


@pytest.mark.parametrize("left", ["", "{", "[]", '{"sandbox": 7}', '{"sandbox": {"number": 7}}'])
def test_what_runs_is_stopped_although_the_file_that_names_it_is_damaged(tmp_path: Path, left: str) -> None:
    start_process(tmp_path, "sandbox", SLEEP, {})
    process = running_services(tmp_path)["sandbox"]
    services_file(tmp_path).write_text(left)
    assert [stray.pid for stray in strays(tmp_path)] == [process.pid]
    stop_all(tmp_path)
    assert not process.is_running()


def test_a_known_service_and_what_it_forked_are_no_strays(tmp_path: Path) -> None:
    forks = "import os, time; os.fork(); time.sleep(600)"
    start_process(tmp_path, "sandbox", [sys.executable, "-c", forks], {})
    assert strays(tmp_path) == []
    stop_all(tmp_path)


def test_a_port_of_another_program_is_sent_no_password(tmp_path: Path) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        start_process(tmp_path, "airflow_api_server", SLEEP, {})
        with pytest.raises(WarehouseUnavailable, match=f"At port {port}"):
            require_own(tmp_path, "airflow_api_server", port)
        stop_all(tmp_path)


def test_a_port_of_a_service_is_its_own(tmp_path: Path) -> None:
    listens = (
        "import os, socket, time; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen();"
        "print(s.getsockname()[1], flush=True); time.sleep(600)"
    )
    start_process(tmp_path, "airflow_api_server", [sys.executable, "-c", listens], {})
    log = service_log(tmp_path, "airflow_api_server")
    while not log.read_text().endswith("\n"):
        time.sleep(0.01)
    port = int(log.read_text())
    require_own(tmp_path, "airflow_api_server", port)
    with pytest.raises(WarehouseUnavailable):
        require_own(tmp_path, "sandbox", port)
    stop_all(tmp_path)


def test_a_server_whose_process_is_gone_is_dead(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18")
    assert dead_services(tmp_path) == ["postgres"]
