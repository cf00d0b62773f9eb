"""Who logs in to Airflow and MLflow, each with a password of its own that is made at the first start."""

import json
import os
from pathlib import Path

from cvplus.secret_files import password
from cvplus.settings import Settings

ADMIN = "admin"
# Their roles stand in airflow.cfg: everything, what a running plant needs, looking only.
AIRFLOW_USERS = (ADMIN, "operator", "viewer")
# Whoever is not the admin sees everything and changes nothing, unless the admin gives more.
MLFLOW_DEFAULT = "READ"


def airflow_password(home: Path, user: str) -> str:
    """The password of a user of Airflow."""
    return password(home, "airflow_password" if user == ADMIN else f"airflow_password_{user}")


def mlflow_password(home: Path) -> str:
    """The password of MLflow's admin at the first start; who changes it there knows it."""
    return password(home, "mlflow_password")


def write_airflow_passwords(home: Path) -> None:
    """Write the file from which Airflow's login reads."""
    told = {user: airflow_password(home, user) for user in AIRFLOW_USERS}
    _write(home / "keys" / "airflow_passwords.json", json.dumps(told))


def mlflow_login_file(home: Path) -> Path:
    """Where MLflow's login is configured."""
    return home / "keys" / "mlflow_login.ini"


def write_mlflow_login(settings: Settings) -> None:
    """Write the configuration of MLflow's login, whose users are in the same database as the models."""
    lines = {
        "default_permission": MLFLOW_DEFAULT,
        "database_uri": settings.resolved_mlflow_url,
        "admin_username": ADMIN,
        "admin_password": mlflow_password(settings.home),
        "authorization_function": "mlflow.server.auth:authenticate_request_basic_auth",
        # Each page asks dozens of times, and comparing a password is made slow on purpose.
        "auth_cache_ttl_seconds": "60",
    }
    # The reader of the file takes a single per cent sign for a reference.
    text = "".join(f"{name} = {value.replace('%', '%%')}\n" for name, value in lines.items())
    _write(mlflow_login_file(settings.home), f"[mlflow]\n{text}")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole = file.with_suffix(f".{os.getpid()}")
    whole.touch(mode=0o600)
    whole.write_text(text)
    whole.replace(file)
