"""Start and stop the plant's servers, each known by its process id and start time."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import requests

from cvplus.errors import WarehouseUnavailable
from cvplus.runtime.postgres import is_postgres_running, stop_postgres

AIRFLOW_COMMANDS = {
    "airflow_api_server": ["api-server"],
    "airflow_scheduler": ["scheduler"],
    "airflow_dag_processor": ["dag-processor"],
}
STOP_SECONDS = 20


def services_file(home: Path) -> Path:
    """Where the started processes are written down."""
    return home / "services.json"


def running_services(home: Path) -> dict[str, psutil.Process]:
    """Processes of the last start that still live, by name (a reused process id does not count)."""
    file = services_file(home)
    alive = {}
    for name, entry in (json.loads(file.read_text()) if file.exists() else {}).items():
        try:
            process = psutil.Process(entry["pid"])
            if abs(process.create_time() - entry["created"]) < 1 and process.status() != "zombie":
                alive[name] = process
        except psutil.NoSuchProcess:
            continue
    return alive


def dead_services(home: Path) -> list[str]:
    """Names of what was started in this home and lives no more."""
    file = services_file(home)
    started = set(json.loads(file.read_text())) if file.exists() else set()
    dead = sorted(started - set(running_services(home)))
    has_postgres = (home / "postgres" / "PG_VERSION").exists()
    return dead + ([] if not has_postgres or is_postgres_running(home / "postgres") else ["postgres"])


def service_log(home: Path, name: str) -> Path:
    """The log of a service."""
    return home / "postgres" / "server.log" if name == "postgres" else home / "logs" / f"{name}.log"


def start_process(home: Path, name: str, command: list[str], environment: dict[str, str]) -> None:
    """Start one server in the background, in a session of its own, logging to ``<home>/logs``."""
    alive = running_services(home)
    if name in alive:
        return
    log = service_log(home, name)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    entries = {
        other: {"pid": running.pid, "created": running.create_time()} for other, running in alive.items()
    }
    entries[name] = {"pid": process.pid, "created": psutil.Process(process.pid).create_time()}
    services_file(home).write_text(json.dumps(entries, indent=2) + "\n")


def wait_for_http(url: str, name: str, home: Path, timeout_seconds: float = 90) -> None:
    """Wait until a server answers.

    Raises:
        WarehouseUnavailable: when it ends instead, or does not in time, naming its log.
    """
    deadline = time.monotonic() + timeout_seconds
    cause = f"{name} did not answer at {url} within {timeout_seconds:.0f} s."
    while time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=2).status_code < 500:
                return
        except requests.RequestException:
            if name not in running_services(home):
                cause = f"{name} ended before it answered at {url}."
                break
            time.sleep(0.2)
    raise WarehouseUnavailable(
        cause=cause,
        remedy=f"Read {service_log(home, name)}, then run `make up` again.",
    )


def stop_all(home: Path) -> list[str]:
    """Stop everything that was started in this home, children included; names what was stopped."""
    stopped = []
    processes: list[psutil.Process] = []
    for name, process in running_services(home).items():
        processes += [process, *process.children(recursive=True)]
        os.killpg(process.pid, signal.SIGTERM)
        stopped.append(name)
    _, alive = psutil.wait_procs(processes, timeout=STOP_SECONDS)
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, timeout=5)
    services_file(home).unlink(missing_ok=True)
    if stop_postgres(home / "postgres"):
        stopped.append("postgres")
    return stopped
