"""What every process of the plant is started with: what several machines have to share is theirs to set."""

import os
from pathlib import Path

import pytest

from cvplus.runtime.environment import process_environment
from cvplus.runtime.ports import load_ports
from cvplus.settings import load_settings

SHARED = (
    "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
)
ELSEWHERE = "postgresql://airflow:pw@db.example.org/airflow"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CVPLUS_HOME", str(tmp_path))
    for name in (*SHARED, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "CVPLUS_WAREHOUSE_URL", "CVPLUS_MLFLOW_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def environment() -> dict[str, str]:
    settings = load_settings()
    return process_environment(settings, load_ports(settings.home), with_sandbox=False, replay=None)


def test_a_home_of_its_own_makes_its_secrets_and_keeps_them() -> None:
    first = environment()
    assert all(first[name] for name in SHARED)
    assert {name: environment()[name] for name in SHARED} == {name: first[name] for name in SHARED}


@pytest.mark.parametrize("name", SHARED)
def test_what_the_operator_sets_for_several_machines_is_kept(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "of-all-machines")
    assert environment()[name] == "of-all-machines"


def test_airflows_own_database_is_the_operators_and_guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", ELSEWHERE)
    found = environment()
    wanted = "airflow:pw@db.example.org/airflow?sslmode=require&ssl_min_protocol_version=TLSv1.3"
    assert found["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == f"postgresql+psycopg2://{wanted}"
    assert found["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"] == f"postgresql+psycopg://{wanted}"


def test_an_embedded_database_has_no_driver_of_its_own_for_asynchronous_work() -> None:
    found = environment()
    assert "@127.0.0.1:" in found["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert found.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC") == os.environ.get(
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"
    )


def test_models_elsewhere_do_not_move_the_other_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVPLUS_MLFLOW_URL", "https://mlflow.example.org")
    found = environment()
    assert found["CVPLUS_MLFLOW_URL"] == "https://mlflow.example.org"
    assert "@127.0.0.1:" in found["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]


def test_a_warehouse_elsewhere_leaves_models_embedded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", "postgresql://me:pw@db.example.org/market")
    port = load_ports(home)["postgres"]
    assert f"@127.0.0.1:{port}/mlflow" in environment()["CVPLUS_MLFLOW_URL"]
