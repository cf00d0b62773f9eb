"""The environment that every process of the plant is started with."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from cryptography.fernet import Fernet
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from cvplus.postgres_url import with_driver
from cvplus.runtime.logins import mlflow_login_file
from cvplus.runtime.ports import LOOPBACK, listen_address
from cvplus.secret_files import password, read_or_make
from cvplus.settings import PROJECT_ROOT, SIMULATED, Settings
from cvplus.yaml_files import read_typed

# Every library that would phone home is told not to, in the words of its own sources.
TELEMETRY_OFF = {
    "DO_NOT_TRACK": "true",
    "SCARF_NO_ANALYTICS": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GX_ANALYTICS_ENABLED": "false",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "false",
}
SANDBOX_KEY = "sandbox-key"
SANDBOX_EMAIL = "sandbox@example.org"
SANDBOX = PROJECT_ROOT / "config" / "sandbox.yaml"


class Played(BaseModel):
    """A source as the sandbox plays it: its base path there, and what its connection says then."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Annotated[str, StringConstraints(pattern=r"^/[^/]+(/[^/]+)*$")]
    login: str = SANDBOX_EMAIL
    password: str = SANDBOX_KEY
    extra: dict[str, Any] = Field(default_factory=dict)

    def connection(self, address: str) -> dict[str, Any]:
        """The Airflow connection of the source when the sandbox is at ``address``."""
        hosts = {
            host: f"{address}{other}" if other.startswith("/") else other
            for host, other in self.extra.get("hosts", {}).items()
        }
        connection: dict[str, Any] = {"conn_type": "http", "host": f"{address}{self.path}"}
        connection |= {"login": self.login, "password": self.password}
        extra = self.extra | ({"hosts": hosts} if hosts else {})
        return connection | ({"extra": extra} if extra else {})


def sandbox_sources(path: Path = SANDBOX) -> dict[str, Played]:
    """The sources that the sandbox plays, by name (``config/sandbox.yaml``).

    Raises:
        ConfigurationError: the file is not YAML, or says something that is not understood.
    """
    remedy = "Correct it; its head says what a source may have there."
    return read_typed(path, TypeAdapter(dict[str, Played]), remedy)


def fernet_key(home: Path) -> str:
    """The key under which Airflow keeps the connections that people type into its pages."""
    return read_or_make(home / "keys" / "airflow_fernet_key", lambda: Fernet.generate_key().decode())


def installed_at(home: Path) -> str:
    """The instant of this home's first start, ISO 8601; the clocks of the DAGs count from it."""
    file = home / "installed_at"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        file.write_text(datetime.now(UTC).isoformat())
    return file.read_text().strip()


def sandbox_connections(address: str) -> dict[str, str]:
    """Airflow connections (as environment variables) that point the sources at the sandbox at an address.

    Raises:
        ConfigurationError: ``config/sandbox.yaml`` is wrong.
    """
    variables = {
        f"AIRFLOW_CONN_{source.upper()}": json.dumps(played.connection(address))
        for source, played in sandbox_sources().items()
    }
    return {variable: value for variable, value in variables.items() if variable not in os.environ}


def _if_not_told(settings: Settings, ports: dict[str, int]) -> dict[str, str]:
    """What several machines that share Airflow's database have to set alike; a plant of its own makes it."""
    home = settings.home
    return {
        "AIRFLOW__CORE__FERNET_KEY": os.environ.get("AIRFLOW__CORE__FERNET_KEY") or fernet_key(home),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{ports['airflow']}/execution/",
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{ports['airflow']}",
        "AIRFLOW__API__SECRET_KEY": password(home, "airflow_api_secret"),
        "AIRFLOW__API_AUTH__JWT_SECRET": password(home, "airflow_jwt_secret"),
    }


def data_origin(*, with_sandbox: bool, replay: str | None) -> str:
    """What stands beside every metric, so that nobody takes a simulated one for a real one."""
    if not with_sandbox:
        return "real"
    return f"real data set {replay}, replayed" if replay else SIMULATED


def mlflow_environment(settings: Settings) -> dict[str, str]:
    """Variables for MLflow's pages, and for whoever talks to MLflow's store."""
    return {
        **TELEMETRY_OFF,
        "CVPLUS_MLFLOW_URL": settings.resolved_mlflow_url,
        # MLflow's pages need none of its nine job runners, which take 1.6 GB while they rest.
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_AUTH_CONFIG_PATH": str(mlflow_login_file(settings.home)),
        "MLFLOW_FLASK_SERVER_SECRET_KEY": password(settings.home, "mlflow_secret"),
        "_MLFLOW_SERVER_FILE_STORE": settings.resolved_mlflow_url,
        "_MLFLOW_SERVER_ARTIFACT_ROOT": (settings.home / "mlflow_artifacts").as_uri(),
        # One arena of memory a thread is what servers of many threads grow by.
        "MALLOC_ARENA_MAX": "2",
    }


def process_environment(
    settings: Settings, ports: dict[str, int], *, with_sandbox: bool, replay: str | None
) -> dict[str, str]:
    """Variables for Airflow, its tasks, dbt and MLflow, on top of the caller's own."""
    home = settings.home
    airflow_database = settings.resolved_airflow_database_url
    python_path = f"{PROJECT_ROOT}{os.pathsep}{PROJECT_ROOT / 'plugins'}"
    binaries = str(Path(sys.executable).parent)
    environment = {
        **_if_not_told(settings, ports),
        **os.environ,
        **mlflow_environment(settings),
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": python_path,
        "PYTHONUNBUFFERED": "1",
        "CVPLUS_HOME": str(home),
        "CVPLUS_DATA_ORIGIN": data_origin(with_sandbox=with_sandbox, replay=replay),
        "CVPLUS_INSTALLED_AT": os.environ.get("CVPLUS_INSTALLED_AT") or installed_at(home),
        "CVPLUS_LAKE_URL": settings.resolved_lake_url,
        "CVPLUS_EXPORTS_URL": settings.resolved_exports_url,
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW_CONFIG": str(PROJECT_ROOT / "airflow.cfg"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "keys" / "airflow_passwords.json"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": airflow_database,
        "AIRFLOW__API__HOST": listen_address(),
        "AIRFLOW__API__PORT": str(ports["airflow"]),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "airflow" / "logs"),
        "DBT_PROFILES_DIR": str(PROJECT_ROOT / "dbt_project"),
        "DBT_TARGET_PATH": str(home / "dbt" / "target"),
        "DBT_LOG_PATH": str(home / "dbt" / "logs"),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "GIT_PYTHON_REFRESH": "quiet",
        # dbt's locks end with the forked process of their task; a warning of that would be a log's last line.
        "PYTHONWARNINGS": "ignore::UserWarning:multiprocessing.resource_tracker",
    }
    if settings.has_own_airflow_database:
        # The driver that Airflow would choose knows few of libpq's parameters.
        environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"] = with_driver(airflow_database, "psycopg")
    if with_sandbox and replay is None:
        address = settings.sandbox_url or f"http://{LOOPBACK}:{ports['sandbox']}"
        environment.update(sandbox_connections(address))
    return environment
