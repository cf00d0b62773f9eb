"""Bring the whole plant up: Postgres, schema, sandbox, Airflow."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cvplus.checks.every import every_finding
from cvplus.checks.findings import require_all
from cvplus.embedded import SUPERUSER, role_password
from cvplus.errors import ConfigurationError
from cvplus.operations.freshness import register_sources
from cvplus.runtime.databases import embedded_databases, prepare_databases, roles_of
from cvplus.runtime.environment import process_environment
from cvplus.runtime.home import close_home
from cvplus.runtime.logins import ADMIN, airflow_password, write_airflow_passwords, write_mlflow_login
from cvplus.runtime.ports import forget_taken_ports, listen_address, load_ports
from cvplus.runtime.postgres import is_postgres_running, mark_unused, mark_used, start_postgres
from cvplus.runtime.services import (
    AIRFLOW_COMMANDS,
    end_processes,
    require_own,
    running_services,
    start_process,
    stop_all,
    strays,
    wait_for_http,
)
from cvplus.runtime.watcher import start_watcher
from cvplus.settings import PROJECT_ROOT, Settings
from cvplus.warehouse.declared import declared_resources
from cvplus.warehouse.roles import OWNER, TRANSFORMER, grant_all_rights, load_roles
from cvplus.warehouse.schema import apply_schema, make_schemas

# Imported once by the scheduler, from which task processes are forked (plugins/airflow_local_settings.py).
PRELOADED = (
    "pandas,great_expectations,sklearn.isotonic,mlflow.pyfunc,psycopg,requests_cache,"
    "dbt.cli.main,dbt.adapters.postgres,dlt.sources.helpers.rest_client"
)


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
    def mlflow_url(self) -> str:
        """Address of MLflow's pages."""
        if self.settings.has_mlflow_server:
            return self.settings.resolved_mlflow_url
        return f"http://127.0.0.1:{self.ports['mlflow']}"

    @property
    def airflow_password(self) -> str:
        """Password of Airflow's user ``admin``."""
        return airflow_password(self.settings.home, ADMIN)


def uses_sandbox(settings: Settings) -> bool:
    """Whether the sandbox plays the outside world: unless told off, or real exports are given."""
    if settings.sandbox is not None:
        return settings.sandbox == "on"
    return settings.exports_url is None


def describe_plant(settings: Settings, replay: str | None) -> Plant:
    """The plant of these settings, whether it runs or not (its Postgres must have been started once)."""
    ports = load_ports(settings.home)
    environment = process_environment(settings, ports, with_sandbox=uses_sandbox(settings), replay=replay)
    return Plant(settings, ports, environment, replay)


def run_step(plant: Plant, name: str, command: list[str], variables: Mapping[str, str] | None = None) -> None:
    """Run a preparing command to its end, logging to ``<home>/logs``.

    ``variables`` are those that it has besides the plant's environment.

    Raises:
        ConfigurationError: when it fails, with its last lines.
    """
    log = plant.settings.home / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        code = subprocess.run(
            command,
            env=plant.environment | dict(variables or {}),
            cwd=PROJECT_ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        ).returncode
    if code != 0:
        tail = " / ".join(log.read_text(errors="replace").strip().splitlines()[-3:])
        raise ConfigurationError(cause=f"Step {name} failed: {tail}", remedy=f"Read {log}.")


def migrate_airflow(plant: Plant) -> None:
    """Create or upgrade Airflow's tables, and write the password of its user."""
    write_airflow_passwords(plant.settings.home)
    run_step(plant, "airflow_migrate", [sys.executable, "-m", "airflow", "db", "migrate"])


def prepare_registry(plant: Plant) -> None:
    """Let MLflow create its tables, as it does when its store is first read; a server has done so.

    Training, scoring and the comparison of populations wake at the same moment; all would create them, and
    all but one would fail.
    """
    if plant.settings.has_mlflow_server:
        return
    read = "from cvplus.operations.learning import create_registry_tables; create_registry_tables()"
    run_step(plant, "mlflow_tables", [sys.executable, "-W", "ignore", "-c", read])


def prepare_warehouse(plant: Plant) -> None:
    """Create the plant's own tables in the warehouse, and give each role its rights there.

    On a server of one's own, whoever runs it decides whether the plant's roles are several.
    """
    settings, resources = plant.settings, declared_resources()
    if settings.has_own_roles:
        with psycopg.connect(settings.warehouse_url_of(TRANSFORMER)) as connection:
            make_schemas(connection, load_roles()[TRANSFORMER].owns)
    with psycopg.connect(settings.warehouse_url_of(OWNER)) as connection:
        apply_schema(connection, resources)
        register_sources(connection, resources)
    if settings.has_own_roles or not settings.has_own_warehouse:
        grant_all_rights(settings.warehouse_url_of, settings.role_names)


def build_sandbox(plant: Plant) -> None:
    """Make the market (or the replayed data set) and its exports, where they are missing."""
    settings = plant.settings
    command = [sys.executable, "-m", "sandbox", "build", "--home", str(plant.sandbox_home)]
    command += ["--size", settings.sandbox_size, "--seed", str(settings.sandbox_seed)]
    command += ["--days", str(settings.sandbox_days)]
    if plant.replay:
        command += ["--data", plant.replay]
    run_step(plant, "sandbox_build", command)


def airflow_command(arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    """How a part of Airflow is started: its command line, and the variables that it alone has."""
    preloaded = {"CVPLUS_PRELOAD": PRELOADED} if arguments == AIRFLOW_COMMANDS["airflow_scheduler"] else {}
    return [sys.executable, "-m", "airflow", *arguments], preloaded


def sandbox_command(plant: Plant) -> list[str]:
    """How the sandbox is started."""
    command = [sys.executable, "-m", "sandbox", "serve", "--home", str(plant.sandbox_home)]
    return [*command, "--host", listen_address(), "--port", str(plant.ports["sandbox"])]


def mlflow_command(plant: Plant) -> tuple[list[str], dict[str, str]]:
    """How MLflow's pages are started: the command line, and the variables that they alone have.

    The server is what ``mlflow server --app-name basic-auth`` starts. That command waits beside it in a
    process of the same size and shows the store's password in the list of processes, so it is left out.
    """
    command = [sys.executable, "-W", "ignore", "-m", "uvicorn", "mlflow.server.auth:create_app", "--factory"]
    command += ["--host", listen_address(), "--port", str(plant.ports["mlflow"]), "--log-level", "warning"]
    # With this name MLflow gives the kind of application that uvicorn serves.
    return command, {"_MLFLOW_SGI_NAME": "uvicorn"}


def usable_ports(home: Path) -> dict[str, int]:
    """Ports at which everything that is down can start; when one changes, what runs is stopped first.

    Raises:
        ConfigurationError: another program holds a port that a variable sets.
    """
    running = [*running_services(home), *(["postgres"] if is_postgres_running(home / "postgres") else [])]
    if forget_taken_ports(home, running):
        stop_all(home)
    return load_ports(home)


def start_embedded_postgres(settings: Settings, port: int, say: Callable[[str], None]) -> None:
    """Start the embedded server with the databases that no server of one's own keeps, if there is any."""
    home = settings.home
    databases = embedded_databases(settings)
    if not databases:
        mark_unused(home)
        return
    say("Postgres")
    mark_used(home)
    server = start_postgres(home / "postgres", role_password(home, SUPERUSER), port)
    prepare_databases(server, {role: role_password(home, role) for role in roles_of(databases)}, databases)


def start_plant(settings: Settings, replay: str | None, say: Callable[[str], None]) -> Plant:
    """Start everything that is down; what runs is left alone.

    Args:
        settings: the settings.
        replay: name of a real data set that the sandbox replays instead of its market, or ``None``.
        say: told, in a few words, what happens next.

    Raises:
        ConfigurationError: something that the settings name is not there, or lacks what the plant needs.
    """
    require_all(every_finding(settings))
    close_home(settings.home)
    ports = usable_ports(settings.home)
    start_embedded_postgres(settings, ports["postgres"], say)
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
    end_processes(strays(home))
    for name, arguments in AIRFLOW_COMMANDS.items():
        command, variables = airflow_command(arguments)
        start_process(home, name, command, plant.environment, variables)
    if uses_sandbox(settings):
        start_process(home, "sandbox", sandbox_command(plant), plant.environment)
        wait_for_http(f"http://127.0.0.1:{ports['sandbox']}/health", "sandbox", home)
    wait_for_http(f"{plant.airflow_url}/api/v2/monitor/health", "airflow_api_server", home)
    require_own(home, "airflow_api_server", ports["airflow"])
    start_watcher(home, plant.environment)
    return plant


def start_mlflow_pages(plant: Plant) -> None:
    """Serve MLflow's pages behind a login; the pipeline itself talks to the store and needs no server."""
    if plant.settings.has_mlflow_server:
        return
    write_mlflow_login(plant.settings)
    command, variables = mlflow_command(plant)
    start_process(plant.settings.home, "mlflow", command, plant.environment, variables)
    wait_for_http(f"{plant.mlflow_url}/health", "mlflow", plant.settings.home)
