"""One part of the plant in the foreground, as a container runs it: ``python -m cvplus.runtime.serve <part>``.

Environment and command lines are those of ``make up``; only who starts the parts, watches over them and
brings them back is another: Compose, Kubernetes, systemd.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NoReturn

from rich.console import Console

from cvplus.checks.every import every_finding
from cvplus.checks.findings import require_all
from cvplus.errors import ConfigurationError, PlantError
from cvplus.runtime.environment import data_origin, mlflow_environment
from cvplus.runtime.given_secrets import take_secrets
from cvplus.runtime.home import close_home
from cvplus.runtime.logins import write_mlflow_login
from cvplus.runtime.ports import load_ports
from cvplus.runtime.provision import provision
from cvplus.runtime.services import stop_all
from cvplus.runtime.start import (
    Plant,
    airflow_command,
    build_sandbox,
    describe_plant,
    migrate_airflow,
    mlflow_command,
    prepare_registry,
    prepare_warehouse,
    sandbox_command,
    start_mlflow_pages,
    start_plant,
    uses_sandbox,
)
from cvplus.settings import PROJECT_ROOT, Settings, load_settings

AIRFLOW_PARTS = ("api-server", "scheduler", "dag-processor", "triggerer")
# Not parts but what a person does in a container: Airflow's own commands, and those of the Makefile.
COMMANDS = ("airflow", "command")
TRAINING_DAG = "train_models"


def say(line: str) -> None:
    """Tell whoever reads the container's log, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def become(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Replace this process, so that the part itself gets the container's signals."""
    os.chdir(PROJECT_ROOT)
    os.execve(command[0], command, environment)  # noqa: S606


def learning_plant(settings: Settings) -> Plant:
    """The plant as MLflow's pages and a training see it: without Airflow and its secrets."""
    origin = data_origin(with_sandbox=uses_sandbox(settings), replay=None)
    environment = {**os.environ, **mlflow_environment(settings), "CVPLUS_DATA_ORIGIN": origin}
    return Plant(settings, load_ports(settings.home), environment, None)


def serve_airflow(settings: Settings, arguments: list[str]) -> NoReturn:
    """Be one part of Airflow, or a command of its own command line."""
    command, variables = airflow_command(arguments)
    become(command, describe_plant(settings, None).environment | variables)


def serve_mlflow(settings: Settings) -> NoReturn:
    """Be MLflow's pages, which ask who comes.

    Raises:
        ConfigurationError: the store is a server already, which has pages of its own.
    """
    if settings.has_mlflow_server:
        raise ConfigurationError(
            cause="CVPLUS_MLFLOW_URL is a server; it has its own pages.",
            remedy="Leave this part out, or give it the URL of the database: postgresql+psycopg2://…",
        )
    write_mlflow_login(settings)
    plant = learning_plant(settings)
    command, variables = mlflow_command(plant)
    become(command, plant.environment | variables)


def serve_sandbox(settings: Settings) -> NoReturn:
    """Make the market where it is missing, and be the outside world."""
    plant = Plant(settings, load_ports(settings.home), dict(os.environ), None)
    build_sandbox(plant)
    become(sandbox_command(plant), plant.environment)


def prepare(settings: Settings) -> None:
    """Make or upgrade every table (the warehouse's, Airflow's, MLflow's), before the other parts start.

    Raises:
        ConfigurationError: something that the settings name is not there, or lacks what the plant needs.
    """
    require_all(every_finding(settings))
    plant = describe_plant(settings, None)
    for step in (prepare_warehouse, prepare_registry, migrate_airflow):
        step(plant)


def train(settings: Settings) -> None:
    """Train a model and decide about its promotion, without Airflow."""
    os.environ.update(learning_plant(settings).environment)
    from cvplus.operations.learning import promote_model, train_model

    run_id = f"container__{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"
    version = train_model(TRAINING_DAG, run_id)
    is_champion = promote_model(version, TRAINING_DAG, run_id)
    say(f"Version {version} is {'the champion' if is_champion else 'not the champion'}.")


def serve_plant(settings: Settings) -> None:
    """Run the whole embedded plant until told to stop, to try it out in one container."""
    told_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_stop.set())
    try:
        plant = start_plant(settings, None, lambda step: say(f"starting {step} …"))
        start_mlflow_pages(plant)
        say(f"Airflow answers at {plant.airflow_url}.")
        told_to_stop.wait()
    finally:
        stop_all(settings.home)


def run_command(arguments: list[str]) -> NoReturn:
    """Be a command of the Makefile (``run``, ``status``, ``login``, …) with the secrets of this container."""
    become([sys.executable, "-W", "ignore", "-m", "cvplus.runtime", *arguments], dict(os.environ))


def serve(part: str, arguments: list[str]) -> None:
    """Be a part, or do a step to its end."""
    take_secrets()
    settings = load_settings()
    close_home(settings.home)
    if part in AIRFLOW_PARTS:
        serve_airflow(settings, [part])
    elif part == "airflow":
        serve_airflow(settings, arguments)
    elif part == "command":
        run_command(arguments)
    else:
        OTHERS[part](settings)


OTHERS: dict[str, Callable[[Settings], object]] = {
    "plant": serve_plant,
    "mlflow": serve_mlflow,
    "sandbox": serve_sandbox,
    "provision": provision,
    "prepare": prepare,
    "training": train,
}


def main(arguments: list[str]) -> int:
    """Run a part; 0 when a step went well, 1 with a message when it, or a part's start, did not."""
    parser = argparse.ArgumentParser(prog="cvplus.runtime.serve", description=__doc__)
    parser.add_argument("part", choices=(*OTHERS, *AIRFLOW_PARTS, *COMMANDS))
    parser.add_argument(
        "arguments", nargs=argparse.REMAINDER, help="of a command: `command status`, `airflow dags list`"
    )
    chosen = parser.parse_args(arguments)
    # What the plant writes is nobody else's to read: personal data, keys, models, logs.
    os.umask(0o077)
    try:
        serve(chosen.part, chosen.arguments)
    except PlantError as error:
        Console(width=120, soft_wrap=True, stderr=True).print(str(error), markup=False)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
