"""Ports, windows and failure causes behind the commands."""

import json
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from rich.console import Console

from cvplus.errors import ConfigurationError, WarehouseUnavailable
from cvplus.runtime.__main__ import drops_span
from cvplus.runtime.airflow_api import DagRun
from cvplus.runtime.chain import Chain, is_outage
from cvplus.runtime.environment import TELEMETRY_OFF, sandbox_connections
from cvplus.runtime.patience import ChainFailed, Patience
from cvplus.runtime.ports import SERVERS, forget_taken_ports, load_ports
from cvplus.runtime.services import start_process, wait_for_http
from cvplus.runtime.task_logs import failure_cause, skip_reason
from cvplus.secret_files import password
from cvplus.settings import Settings


def test_ports_are_chosen_once_and_kept(tmp_path: Path) -> None:
    first = load_ports(tmp_path)
    assert set(first) == set(SERVERS)
    assert len(set(first.values())) == len(SERVERS), "two servers share a port"
    assert load_ports(tmp_path) == first
    assert json.loads((tmp_path / "ports.json").read_text()) == first


@pytest.mark.parametrize("left", ["", '{"postgres": 17', "[]", '{"postgres": "x"}'])
def test_a_damaged_file_of_ports_is_written_anew(tmp_path: Path, left: str) -> None:
    (tmp_path / "ports.json").write_text(left)
    ports = load_ports(tmp_path)
    assert set(ports) == set(SERVERS)
    assert load_ports(tmp_path) == ports


def test_a_port_that_another_program_has_taken_meanwhile_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An image sets them.
    for server in SERVERS:
        monkeypatch.delenv(f"CVPLUS_PORT_{server.upper()}", raising=False)
    before = load_ports(tmp_path)
    assert not forget_taken_ports(tmp_path, [])
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", before["airflow"]))
        stranger.listen()
        assert not forget_taken_ports(tmp_path, ["airflow_api_server"]), "It is Airflow itself that listens."
        assert forget_taken_ports(tmp_path, [])
        after = load_ports(tmp_path)
        assert after.pop("airflow") != before.pop("airflow")
        assert after == before
        monkeypatch.setenv("CVPLUS_PORT_MLFLOW", str(stranger.getsockname()[1]))
        load_ports(tmp_path)
        with pytest.raises(ConfigurationError, match="CVPLUS_PORT_MLFLOW"):
            forget_taken_ports(tmp_path, [])


def test_a_set_port_is_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVPLUS_PORT_AIRFLOW", "18080")
    assert load_ports(tmp_path)["airflow"] == 18080


def test_a_port_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVPLUS_PORT_AIRFLOW", "http")
    with pytest.raises(ConfigurationError, match="CVPLUS_PORT_AIRFLOW"):
        load_ports(tmp_path)


def test_the_span_of_a_folder_is_that_of_its_drops_whatever_else_lies_there(tmp_path: Path) -> None:
    for name in ("2026-03-02", "2026-03-05", "2099-01-01", "9999-12-31", "0001-01-01", "tmp", "2026-1-5"):
        day = tmp_path / "cvs" / f"dt={name}"
        day.mkdir(parents=True)
        (day / "a.jsonl").write_bytes(b"")
    (tmp_path / "cvs/dt=2026-04-01").mkdir()
    span = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC))
    assert drops_span(str(tmp_path)) == drops_span(f"file://{tmp_path}") == span
    (tmp_path / "none").mkdir()
    assert drops_span(str(tmp_path / "none")) is None


def test_a_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    value = password(tmp_path, "demo")
    assert password(tmp_path, "demo") == value
    assert (tmp_path / "keys" / "demo").stat().st_mode & 0o777 == 0o600


def test_a_connection_that_is_set_is_not_replaced_by_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_USAJOBS", "{}")
    connections = sandbox_connections("http://127.0.0.1:8000")
    assert "AIRFLOW_CONN_USAJOBS" not in connections
    assert json.loads(connections["AIRFLOW_CONN_CRUNCHBASE"])["host"].startswith("http://127.0.0.1:8000/")


def test_a_server_that_ends_at_its_start_is_told_at_once_with_its_log(tmp_path: Path) -> None:
    start_process(
        tmp_path, "sandbox", [sys.executable, "-c", "raise SystemExit('no market')"], dict(os.environ)
    )
    with pytest.raises(WarehouseUnavailable, match=r"ended before it answered.*logs/sandbox\.log"):
        wait_for_http("http://127.0.0.1:9/health", "sandbox", tmp_path)


def test_every_library_that_would_phone_home_is_told_not_to() -> None:
    assert {
        "DO_NOT_TRACK",
        "SCARF_NO_ANALYTICS",
        "MLFLOW_DISABLE_TELEMETRY",
        "GX_ANALYTICS_ENABLED",
        "DBT_SEND_ANONYMOUS_USAGE_STATS",
        "RUNTIME__DLTHUB_TELEMETRY",
    } <= set(TELEMETRY_OFF)


def test_the_cause_of_a_failure_is_the_last_exception() -> None:
    events = [
        {"event": "started", "level": "info"},
        {"event": "Task failed", "error_detail": [{"exc_type": "GateFailed", "exc_value": "two rows"}]},
        {"event": "bye", "level": "info"},
    ]
    assert failure_cause(events) == "GateFailed: two rows"


def test_a_task_that_logged_no_error_may_have_been_killed() -> None:
    assert "killed" in failure_cause([{"event": "started", "level": "info"}])


def test_the_reason_of_a_skip_is_what_the_task_said() -> None:
    events = [{"event": "started"}, {"event": "Skipping task.", "reason": "Nothing was landed."}]
    assert skip_reason(events) == "Nothing was landed."
    assert skip_reason([{"event": "started"}]) is None


class FailingAirflow:
    """Answers like Airflow's API when one task of every run has failed with the given cause."""

    def __init__(self, cause: str) -> None:
        self.cause = cause

    def task_instances(self, run: DagRun) -> list[dict[str, object]]:
        """One failed task."""
        return [{"task_id": "extract_and_land", "state": "failed", "try_number": 4}]

    def task_log(self, run: DagRun, task_id: str, try_number: int) -> list[dict[str, object]]:
        """Its exception."""
        return [{"error_detail": [{"exc_type": "PlantError", "exc_value": self.cause}]}]


def failed_run(dag_id: str) -> DagRun:
    """A run that has failed."""
    return DagRun(dag_id, f"run of {dag_id}", "failed", "manual", None, None)


def chain_with(cause: str, home: Path) -> Chain:
    """A chain whose Airflow reports failures of that cause."""
    api: Any = FailingAirflow(cause)
    patience = Patience(home, Console(), dict(os.environ))
    return Chain(api, Settings(home=home), Console(), datetime(2026, 11, 1, tzinfo=UTC), patience)


def test_an_outage_of_a_provider_is_kept_and_holds_nothing_up(tmp_path: Path) -> None:
    chain = chain_with("[source_unavailable] it hung up", tmp_path)
    chain.fail_on_failed_runs([failed_run("ingest_usajobs")])
    chain.fail_on_failed_runs([failed_run("ingest_usajobs")])
    assert len(chain.source_failures) == 1, "the same failure is told once"
    assert is_outage(chain.source_failures[0])
    assert "ingest_usajobs, task extract_and_land" in str(chain.source_failures[0])


def test_a_refused_key_is_no_outage(tmp_path: Path) -> None:
    chain = chain_with("[access_refused] the key is wrong", tmp_path)
    chain.fail_on_failed_runs([failed_run("ingest_crunchbase")])
    assert not is_outage(chain.source_failures[0])


class ForgetfulAirflow:
    """An Airflow whose database lost the first run that it was asked for, after it had taken it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], str]] = []

    def trigger(self, dag_id: str, conf: dict[str, Any], run_id: str) -> DagRun:
        """Take a run."""
        self.asked.append((dag_id, conf, run_id))
        return DagRun(dag_id, run_id, "queued", "manual", None, None)

    def runs_since(self, *_: Any) -> list[DagRun]:
        """What is known: nothing, until it was asked again."""
        return [DagRun(*self.asked[0][::2], "success", "manual", None, None)] if len(self.asked) > 1 else []


def test_a_run_that_airflow_forgot_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cvplus.runtime.chain.POLL_SECONDS", 0.0)
    api: Any = ForgetfulAirflow()
    chain = chain_with("", tmp_path)
    chain.api = api
    (run,) = chain.watch(Mock(), [chain.start("ingest_pitchbook", {"announce": False})])
    assert run.is_finished
    assert api.asked == [("ingest_pitchbook", {"announce": False}, run.run_id)] * 2


@pytest.mark.parametrize("dag_id", ["ingest_product", "build_warehouse", "train_models"])
def test_a_failure_of_the_plant_itself_ends_the_chain(tmp_path: Path, dag_id: str) -> None:
    chain = chain_with("[lake_failure] the disk is full", tmp_path)
    with pytest.raises(ChainFailed, match=f"DAG {dag_id}, task extract_and_land.*the disk is full"):
        chain.fail_on_failed_runs([failed_run(dag_id)])
