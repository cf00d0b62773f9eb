"""What was started is known by its process, and a part that dies is named with its log."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest
from rich.console import Console

from cvplus.runtime.chain import Chain, ChainFailed
from cvplus.runtime.services import dead_services, running_services, start_process, stop_all
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
