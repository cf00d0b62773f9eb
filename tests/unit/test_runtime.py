"""Ports, windows and failure causes behind the commands."""

import json
from pathlib import Path

import pytest

from cvplus.errors import ConfigurationError
from cvplus.runtime.chain import failure_cause
from cvplus.runtime.environment import TELEMETRY_OFF, sandbox_connections, secret
from cvplus.runtime.ports import SERVERS, load_ports


def test_ports_are_chosen_once_and_kept(tmp_path: Path) -> None:
    first = load_ports(tmp_path)
    assert set(first) == set(SERVERS)
    assert len(set(first.values())) == len(SERVERS), "two servers share a port"
    assert load_ports(tmp_path) == first
    assert json.loads((tmp_path / "ports.json").read_text()) == first


def test_a_set_port_is_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVPLUS_PORT_AIRFLOW", "18080")
    assert load_ports(tmp_path)["airflow"] == 18080


def test_a_port_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVPLUS_PORT_AIRFLOW", "http")
    with pytest.raises(ConfigurationError, match="CVPLUS_PORT_AIRFLOW"):
        load_ports(tmp_path)


def test_a_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    value = secret(tmp_path, "demo")
    assert secret(tmp_path, "demo") == value
    assert (tmp_path / "keys" / "demo").stat().st_mode & 0o777 == 0o600


def test_a_connection_that_is_set_is_not_replaced_by_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_USAJOBS", "{}")
    connections = sandbox_connections(8000)
    assert "AIRFLOW_CONN_USAJOBS" not in connections
    assert json.loads(connections["AIRFLOW_CONN_CRUNCHBASE"])["host"].startswith("http://127.0.0.1:8000/")


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
