"""Bring the whole plant up: Postgres, schema, sandbox, Airflow."""

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cvplus.errors import ConfigurationError
from cvplus.operations.freshness import register_sources
from cvplus.runtime.environment import process_environment, secret
from cvplus.runtime.ports import load_ports
from cvplus.runtime.postgres import ensure_database, start_postgres
from cvplus.runtime.services import AIRFLOW_COMMANDS, start_process, wait_for_http
from cvplus.settings import PROJECT_ROOT, Settings
from cvplus.warehouse.declared import declared_resources
from cvplus.warehouse.schema import apply_schema

# Imported once by the scheduler, from which task processes are forked (plugins/airflow_local_settings.py).
PRELOADED = (
    "pandas,great_expectations,sklearn.isotonic,mlflow.pyfunc,psycopg,requests_cache,"
    "dbt.cli.main,dbt.adapters.postgres,dlt.sources.helpers.rest_client"
)
EMBEDDED_DATABASES = ("airflow", "mlflow", "warehouse")


@dataclass(frozen=True)
class Plant:
    """A running plant: its settings, ports and the environment of its processes."""

    settings: Settings
    ports: dict[str, int]
    environment: dict[str, str]
    replay: str | None

    @property
    def sandbox_home(self) -> Path:
        """Folder of the sandbox's market and exports."""
        return self.settings.home / "sandbox"

    @property
    def airflow_url(self) -> str:
        """Address of Airflow's pages and API."""
        return f"http://127.0.0.1:{self.ports['airflow']}"

    @property
    def airflow_password(self) -> str:
        """Password of Airflow's user ``admin``."""
        return secret(self.settings.home, "airflow_password")


def uses_sandbox(settings: Settings) -> bool:
    """Whether the sandbox plays the outside world: unless told off, or real exports are given."""
    if settings.sandbox is not None:
        return settings.sandbox == "on"
    return settings.exports_url is None


def describe_plant(settings: Settings, replay: str | None) -> Plant:
    """The plant of these settings, whether it runs or not (its Postgres must have been started once)."""
    ports = load_ports(settings.home)
    secret(settings.home, "postgres_password")
    environment = process_environment(settings, ports, with_sandbox=uses_sandbox(settings), replay=replay)
    return Plant(settings, ports, environment, replay)


def run_step(plant: Plant, name: str, command: list[str]) -> None:
    """Run a preparing command to its end, logging to ``<home>/logs``.

    Raises:
        ConfigurationError: when it fails, with its last lines.
    """
    log = plant.settings.home / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        code = subprocess.run(
            command, env=plant.environment, cwd=PROJECT_ROOT, stdout=output, stderr=subprocess.STDOUT
        ).returncode
    if code != 0:
        tail = " / ".join(log.read_text(errors="replace").strip().splitlines()[-3:])
        raise ConfigurationError(cause=f"Step {name} failed: {tail}", remedy=f"Read {log}.")


def migrate_airflow(plant: Plant) -> None:
    """Create or upgrade Airflow's tables, and write the password of its user."""
    passwords = plant.settings.home / "keys" / "airflow_passwords.json"
    if not passwords.exists():
        passwords.touch(mode=0o600)
        passwords.write_text(json.dumps({"admin": plant.airflow_password}))
    run_step(plant, "airflow_migrate", [sys.executable, "-m", "airflow", "db", "migrate"])


def prepare_registry(plant: Plant) -> None:
    """Let MLflow create its tables, as it does when its store is first read.

    Training, scoring and the comparison of populations wake at the same moment; all would create them, and
    all but one would fail.
    """
    read = "from cvplus.operations.learning import champion_version; champion_version()"
    run_step(plant, "mlflow_tables", [sys.executable, "-W", "ignore", "-c", read])


def prepare_warehouse(plant: Plant) -> None:
    """Create the plant's own tables in the warehouse."""
    with psycopg.connect(plant.settings.resolved_warehouse_url) as connection:
        resources = declared_resources()
        apply_schema(connection, resources)
        register_sources(connection, resources)


def build_sandbox(plant: Plant) -> None:
    """Make the market (or the replayed data set) and its exports, where they are missing."""
    settings = plant.settings
    command = [sys.executable, "-m", "sandbox", "build", "--home", str(plant.sandbox_home)]
    command += ["--size", settings.sandbox_size, "--seed", str(settings.sandbox_seed)]
    command += ["--days", str(settings.sandbox_days)]
    if plant.replay:
        command += ["--data", plant.replay]
    run_step(plant, "sandbox_build", command)


def start_plant(settings: Settings, replay: str | None, say: Callable[[str], None]) -> Plant:
    """Start everything that is down; what runs is left alone.

    Args:
        settings: the settings.
        replay: name of a real data set that the sandbox replays instead of its market, or ``None``.
        say: told, in a few words, what happens next.
    """
    say("Postgres")
    ports = load_ports(settings.home)
    (settings.home / "run").mkdir(parents=True, exist_ok=True)
    server = start_postgres(
        settings.home / "postgres", settings.home / "keys" / "postgres_password", ports["postgres"]
    )
    for database in EMBEDDED_DATABASES:
        ensure_database(server, database)
    plant = describe_plant(settings, replay)

    say("schema, Airflow's tables, the sandbox's market")
    preparing = [prepare_warehouse, prepare_registry, migrate_airflow]
    if uses_sandbox(settings):
        preparing.append(build_sandbox)
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(step, plant) for step in preparing]:
            done.result()

    say("Airflow and the sandbox")
    home = settings.home
    for name, arguments in AIRFLOW_COMMANDS.items():
        environment = plant.environment
        if name == "airflow_scheduler":
            environment = {**environment, "CVPLUS_PRELOAD": PRELOADED}
        start_process(home, name, [sys.executable, "-m", "airflow", *arguments], environment)
    if uses_sandbox(settings):
        serve = [sys.executable, "-m", "sandbox", "serve", "--home", str(plant.sandbox_home)]
        start_process(home, "sandbox", [*serve, "--port", str(ports["sandbox"])], plant.environment)
        wait_for_http(f"http://127.0.0.1:{ports['sandbox']}/health", "sandbox", home)
    wait_for_http(f"{plant.airflow_url}/api/v2/monitor/health", "airflow_api_server", home)
    return plant


def start_mlflow_pages(plant: Plant) -> None:
    """Serve MLflow's pages; the pipeline itself talks to the store and needs no server.

    The server is what ``mlflow server`` starts. That command waits beside it in a process of the same size
    and shows the store's password in the list of processes, so it is left out.
    """
    environment = plant.environment | {
        "_MLFLOW_SERVER_FILE_STORE": plant.settings.resolved_mlflow_url,
        "_MLFLOW_SERVER_ARTIFACT_ROOT": f"file://{plant.settings.home / 'mlflow_artifacts'}",
    }
    command = [sys.executable, "-m", "uvicorn", "mlflow.server.fastapi_app:app", "--host", "127.0.0.1"]
    command += ["--port", str(plant.ports["mlflow"]), "--log-level", "warning"]
    start_process(plant.settings.home, "mlflow", command, environment)
