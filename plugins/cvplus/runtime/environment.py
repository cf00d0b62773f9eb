"""The environment that every process of the plant is started with."""

import json
import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

from cvplus.settings import PROJECT_ROOT, Settings

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
# Base path of each provider that the sandbox plays, below its own address.
SANDBOX_PROVIDERS = {
    "stack_overflow": "/stack_overflow/2.3",
    "crunchbase": "/crunchbase/v4/data",
    "usajobs": "/usajobs/api",
    "arbeitnow": "/arbeitnow/api",
}


def secret(home: Path, name: str) -> str:
    """A random secret of this checkout, made at first use in ``<home>/keys`` with mode 0600."""
    file = home / "keys" / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32))
    return file.read_text().strip()


def sandbox_connections(port: int) -> dict[str, str]:
    """Airflow connections (as environment variables) that point the sources at the sandbox."""
    variables = {}
    for source, path in SANDBOX_PROVIDERS.items():
        variable = f"AIRFLOW_CONN_{source.upper()}"
        if variable not in os.environ:
            variables[variable] = json.dumps(
                {
                    "conn_type": "http",
                    "host": f"http://127.0.0.1:{port}{path}",
                    "login": SANDBOX_EMAIL,
                    "password": SANDBOX_KEY,
                }
            )
    return variables


def process_environment(
    settings: Settings, ports: dict[str, int], *, with_sandbox: bool, replay: str | None
) -> dict[str, str]:
    """Variables for Airflow, its tasks, dbt and MLflow, on top of the caller's own."""
    origin = "real"
    if with_sandbox:
        origin = f"real data set {replay}, replayed" if replay else "simulated"
    home = settings.home
    warehouse = settings.resolved_warehouse_url
    airflow_database = f"postgresql+psycopg2://postgres:{secret(home, 'postgres_password')}"
    airflow_database += f"@127.0.0.1:{ports['postgres']}/airflow"
    parts = urlsplit(warehouse)
    python_path = f"{PROJECT_ROOT}{os.pathsep}{PROJECT_ROOT / 'plugins'}"
    binaries = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        **TELEMETRY_OFF,
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": python_path,
        "PYTHONUNBUFFERED": "1",
        "CVPLUS_HOME": str(home),
        "CVPLUS_DATA_ORIGIN": origin,
        "CVPLUS_WAREHOUSE_URL": warehouse,
        "CVPLUS_LAKE_URL": settings.resolved_lake_url,
        "CVPLUS_EXPORTS_URL": settings.resolved_exports_url,
        "CVPLUS_MLFLOW_URL": settings.resolved_mlflow_url,
        "CVPLUS_DBT_HOST": parts.hostname or "127.0.0.1",
        "CVPLUS_DBT_PORT": str(parts.port or 5432),
        "CVPLUS_DBT_USER": parts.username or "postgres",
        "CVPLUS_DBT_PASSWORD": parts.password or "",
        "CVPLUS_DBT_DBNAME": parts.path.lstrip("/"),
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW_CONFIG": str(PROJECT_ROOT / "airflow.cfg"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),
        "AIRFLOW__CORE__FERNET_KEY": "",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "keys" / "airflow_passwords.json"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{ports['airflow']}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": airflow_database,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(ports["airflow"]),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{ports['airflow']}",
        "AIRFLOW__API__SECRET_KEY": secret(home, "airflow_api_secret"),
        "AIRFLOW__API_AUTH__JWT_SECRET": secret(home, "airflow_jwt_secret"),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "airflow" / "logs"),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(ports["airflow_logs"]),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(ports["airflow_triggerer_logs"]),
        "DBT_PROFILES_DIR": str(PROJECT_ROOT / "dbt_project"),
        "DBT_TARGET_PATH": str(home / "dbt" / "target"),
        "DBT_LOG_PATH": str(home / "dbt" / "logs"),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "GIT_PYTHON_REFRESH": "quiet",
    }
    if with_sandbox and replay is None:
        environment.update(sandbox_connections(ports["sandbox"]))
    return environment
