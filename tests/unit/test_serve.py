"""A part in a container: started as `make up` starts it, secrets from files, a check of its health."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from cvplus.checks.warehouse import warehouse_findings
from cvplus.errors import ConfigurationError
from cvplus.runtime import health, serve
from cvplus.runtime.given_secrets import take_secrets
from cvplus.runtime.ports import listen_address
from cvplus.runtime.provision import make_bucket, provision, role_passwords, wanted_variables
from cvplus.runtime.services import AIRFLOW_COMMANDS
from cvplus.settings import load_settings

URL = "postgresql://loader:geheim@warehouse.example:5432/warehouse?sslmode=verify-full"
AIRFLOW_URL = "postgresql+psycopg2://airflow:geheim@warehouse.example:5432/airflow?sslmode=verify-full"
MLFLOW_URL = "postgresql+psycopg2://mlflow:geheim@warehouse.example:5432/mlflow?sslmode=verify-full"


class Became(Exception):
    """What a process would have been replaced by."""


@pytest.fixture(autouse=True)
def _own_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVPLUS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CVPLUS_SECRETS_FOLDER", str(tmp_path / "secrets"))
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", URL)
    monkeypatch.setenv("CVPLUS_MLFLOW_URL", MLFLOW_URL)
    monkeypatch.setenv("CVPLUS_SANDBOX", "off")
    monkeypatch.setenv("CVPLUS_LISTEN", "0.0.0.0")  # noqa: S104
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", AIRFLOW_URL)


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The command line and the environment that the process would have been replaced by."""
    caught: dict[str, Any] = {}

    def become(program: str, command: list[str], environment: dict[str, str]) -> None:
        caught.update(program=program, command=command, environment=environment)
        raise Became

    monkeypatch.setattr(os, "execve", become)
    monkeypatch.setattr(os, "chdir", lambda folder: None)
    return caught


@pytest.mark.parametrize("part", serve.AIRFLOW_PARTS)
def test_a_part_of_airflow_is_started_as_the_plant_starts_it(
    part: str, became: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "http://api-server:8080/execution/")
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "told")
    with pytest.raises(Became):
        serve.serve(part, [])
    assert became["command"] == [sys.executable, "-m", "airflow", part]
    environment = became["environment"]
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://api-server:8080/execution/"
    assert environment["AIRFLOW__API_AUTH__JWT_SECRET"] == "told"
    assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].startswith(AIRFLOW_URL)
    assert environment["AIRFLOW__API__HOST"] == "0.0.0.0"  # noqa: S104
    assert ("CVPLUS_PRELOAD" in environment) == (part == "scheduler")


def test_every_part_that_the_plant_starts_can_be_served() -> None:
    assert {arguments[0] for arguments in AIRFLOW_COMMANDS.values()} < set(serve.AIRFLOW_PARTS)


def test_mlflows_pages_ask_who_comes_and_know_nothing_of_airflow(
    became: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
    monkeypatch.delenv("CVPLUS_WAREHOUSE_URL")
    with pytest.raises(Became):
        serve.serve("mlflow", [])
    assert "mlflow.server.auth:create_app" in became["command"]
    assert "0.0.0.0" in became["command"]  # noqa: S104
    assert "geheim" not in " ".join(became["command"]), "Every user of the machine sees a command line."
    login = Path(became["environment"]["MLFLOW_AUTH_CONFIG_PATH"])
    assert "default_permission = READ" in login.read_text()
    assert login.stat().st_mode & 0o077 == 0


def test_a_store_that_is_a_server_has_pages_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVPLUS_MLFLOW_URL", "https://mlflow.example")
    with pytest.raises(ConfigurationError, match="its own pages"):
        serve.serve("mlflow", [])


def test_a_command_has_the_secrets_of_the_container(tmp_path: Path, became: dict[str, Any]) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "CVPLUS_MODEL_KEY").write_text("signs models\n")
    with pytest.raises(Became):
        serve.serve("command", ["status", "score_batch"])
    assert became["command"][-3:] == ["cvplus.runtime", "status", "score_batch"]
    assert became["environment"]["CVPLUS_MODEL_KEY"] == "signs models"
    os.environ.pop("CVPLUS_MODEL_KEY")


def test_a_bad_setting_ends_the_container_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CVPLUS_SANDBOX_SIZE", "gigantic")
    umask = os.umask(0o022)
    try:
        assert serve.main(["scheduler"]) == 1
    finally:
        os.umask(umask)
    assert "CVPLUS_SANDBOX_SIZE" in capsys.readouterr().err


@pytest.mark.parametrize("told", ["everywhere", "::", "0.0.0.0/0"])
def test_an_address_that_is_none_is_refused(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVPLUS_LISTEN", told)
    with pytest.raises(ConfigurationError, match="CVPLUS_LISTEN"):
        listen_address()
    monkeypatch.delenv("CVPLUS_LISTEN")
    assert listen_address() == "127.0.0.1"


def test_a_file_of_the_folder_is_the_variable_of_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name, text in {"CVPLUS_MASTER_KEY": "a\n", "AWS_ACCESS_KEY_ID": "b", "postgres.crt": "c"}.items():
        (folder / name).write_text(text)
    variables = {"CVPLUS_SECRETS_FOLDER": str(folder), "AWS_ACCESS_KEY_ID": "set by hand"}
    take_secrets(variables)
    assert variables == {
        "CVPLUS_SECRETS_FOLDER": str(folder),
        "AWS_ACCESS_KEY_ID": "set by hand",
        "CVPLUS_MASTER_KEY": "a",
    }
    take_secrets({"CVPLUS_SECRETS_FOLDER": str(tmp_path / "none")})


def complete() -> dict[str, str]:
    """The variables of a whole set of roles."""
    return {
        variable: f"postgresql://{role}:of%40{role}@postgres:5432/{database}?sslmode=verify-full"
        for variable, (role, database) in wanted_variables().items()
    }


def test_the_roles_passwords_come_from_the_urls_by_which_they_log_in() -> None:
    passwords = role_passwords(complete())
    assert passwords["loader"] == "of@loader"
    assert {"owner", "privacy", "analyst", "airflow", "mlflow"} < set(passwords)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "postgresql://postgres:x@postgres/warehouse",
        "postgresql://ml:x@postgres/other",
        "postgresql://ml@h/warehouse",
    ],
)
def test_a_role_that_would_not_be_the_plants_is_refused(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="CVPLUS_WAREHOUSE_URL_ML"):
        role_passwords(complete() | {"CVPLUS_WAREHOUSE_URL_ML": wrong})


def test_a_part_works_as_the_roles_that_it_is_shown_and_as_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL_ML", URL.replace("loader", "ml"))
    settings = load_settings()
    assert settings.warehouse_url_of("ml").startswith("postgresql://ml:")
    assert settings.warehouse_url_of("engineer").startswith("postgresql://loader:"), "Who only looks, looks."
    with pytest.raises(ConfigurationError, match="CVPLUS_WAREHOUSE_URL_OWNER"):
        settings.warehouse_url_of("owner")
    lacking = warehouse_findings(settings)
    assert [finding.subject for finding in lacking if finding.is_missing] == [
        f"warehouse as {role}" for role in ("owner", "loader", "transformer", "privacy")
    ]


def test_nothing_is_provisioned_without_the_superuser() -> None:
    with pytest.raises(ConfigurationError, match="CVPLUS_SUPERUSER_URL"):
        provision(load_settings(), complete())


def test_a_lake_in_a_folder_needs_no_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    clients: list[object] = []
    monkeypatch.setattr("cvplus.lake.s3.s3_client", lambda: clients.append(object()))
    make_bucket(load_settings())
    assert clients == []


class Page(BaseHTTPRequestHandler):
    """Answers what the test says."""

    status, told = 200, "{}"

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.told.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Page]]:
    """A server that each part's port leads to."""
    server = HTTPServer(("127.0.0.1", 0), Page)
    for name in ("AIRFLOW", "MLFLOW", "SANDBOX"):
        monkeypatch.setenv(f"CVPLUS_PORT_{name}", str(server.server_port))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Page
    server.shutdown()
    server.server_close()
    thread.join(timeout=60)


def airflow_says(**states: str) -> str:
    """What Airflow tells of its parts."""
    return json.dumps({part: {"status": state} for part, state in states.items()})


WELL = {"metadatabase": "healthy", "scheduler": "healthy", "dag_processor": "healthy"}


@pytest.mark.parametrize(
    ("part", "status", "told", "expected"),
    [
        ("api-server", 200, airflow_says(**WELL), 0),
        ("api-server", 200, airflow_says(**WELL | {"scheduler": "unhealthy"}), 0),
        ("api-server", 200, airflow_says(**WELL | {"metadatabase": "unhealthy"}), 1),
        ("api-server", 500, airflow_says(**WELL), 1),
        ("plant", 200, airflow_says(**WELL), 0),
        ("plant", 200, airflow_says(**WELL | {"scheduler": "unhealthy"}), 1),
        ("plant", 200, airflow_says(metadatabase="healthy"), 1),
        ("mlflow", 200, "OK", 0),
        ("mlflow", 503, "", 1),
        ("sandbox", 200, "{}", 0),
        ("nobody", 200, "{}", 1),
    ],
)
def test_a_part_is_well_when_it_says_so_itself(
    page: type[Page], monkeypatch: pytest.MonkeyPatch, part: str, status: int, told: str, expected: int
) -> None:
    monkeypatch.setattr(page, "status", status)
    monkeypatch.setattr(page, "told", told)
    assert health.main([part]) == expected


def test_a_part_that_does_not_answer_is_unwell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CVPLUS_PORT_MLFLOW", "1")
    assert health.main(["mlflow"]) == 1
    assert "127.0.0.1:1" in capsys.readouterr().err


def test_a_plant_that_has_no_port_yet_is_unwell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CVPLUS_PORT_AIRFLOW", raising=False)
    assert health.main([]) == 1


def test_a_check_of_health_imports_little() -> None:
    code = (
        "import sys; from cvplus.runtime import health; "
        "sys.exit(bool({'pydantic', 'airflow', 'psycopg', 'requests'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
