"""Start and stop the plant's servers, each known by its process id and start time."""

import json
import os
import subprocess
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil
import requests
from filelock import FileLock

from cvplus.errors import WarehouseUnavailable
from cvplus.runtime.postgres import is_postgres_running, stop_postgres, uses_postgres

AIRFLOW_COMMANDS = {
    "airflow_api_server": ["api-server"],
    "airflow_scheduler": ["scheduler"],
    "airflow_dag_processor": ["dag-processor"],
}
# Brings back what dies (watcher.py).
WATCHER = "watcher"
STOP_SECONDS = 20
# What plays the outside world needs none of the plant's passwords and keys, and is given these alone.
OUTSIDE = ("sandbox",)
_PLAIN = ("PATH", "PYTHONPATH", "PYTHONUNBUFFERED", "PYTHONWARNINGS", "HOME", "LANG", "LC_ALL", "CVPLUS_HOME")
_ITS_OWN = "CVPLUS_SANDBOX_"


@dataclass(frozen=True)
class Started:
    """A process that was started, when (seconds since 1970), and how; it leads a session of its own.

    ``variables`` are those of its environment that the other services do not have; none is a secret.
    """

    pid: int
    created: float
    command: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    def process(self) -> psutil.Process | None:
        """The process, while it lives; another one that got its number later is not it."""
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.pid)
            if self.is_the_same(process) and process.status() != psutil.STATUS_ZOMBIE:
                return process
        return None

    def is_the_same(self, process: psutil.Process) -> bool:
        """Whether this is what was started, not what got its number later."""
        return abs(process.create_time() - self.created) < 1


def services_file(home: Path) -> Path:
    """Where the started processes are written down."""
    return home / "services.json"


def started_services(home: Path) -> dict[str, Started]:
    """What was started in this home since it was last stopped, by name; a damaged file tells of nothing."""
    try:
        found = json.loads(services_file(home).read_text())
        return {name: Started(**entry) for name, entry in found.items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}


def write_started(home: Path, services: dict[str, Started]) -> None:
    """Write down what was started; whoever reads meanwhile finds the old file or the new one."""
    whole = services_file(home).with_suffix(f".{os.getpid()}")
    whole.write_text(json.dumps({name: asdict(started) for name, started in services.items()}, indent=2))
    whole.replace(services_file(home))


def strays(home: Path) -> list[psutil.Process]:
    """Processes that write a log of this home and that no file tells of, such as after its loss."""
    known = {started.pid for started in started_services(home).values()}
    folder = (home / "logs").resolve()
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError):
            logs = [file.path for file in process.open_files() if Path(file.path).parent == folder]
            if logs and process.pid not in known | {os.getpid()} and os.getsid(process.pid) not in known:
                found.append(process)
    return found


def running_services(home: Path) -> dict[str, psutil.Process]:
    """Processes of the last start that still live, by name (a reused process id does not count)."""
    found = {name: started.process() for name, started in started_services(home).items()}
    return {name: process for name, process in found.items() if process is not None}


def dead_services(home: Path) -> list[str]:
    """Names of what was started in this home and lives no more."""
    dead = sorted(set(started_services(home)) - set(running_services(home)))
    is_down = uses_postgres(home) and not is_postgres_running(home / "postgres")
    return dead + (["postgres"] if is_down else [])


def remnants(started: Started) -> list[psutil.Process]:
    """Processes of the session that a service began, the service itself left out.

    A service that is killed leaves what it forked behind (the scheduler its workers and its server of logs).
    The kernel gives the number of a session to no new process while a member of it lives, so where another
    process has the number now, nothing is left.
    """
    with suppress(psutil.NoSuchProcess):
        if not started.is_the_same(psutil.Process(started.pid)):
            return []
    found = []
    for process in psutil.process_iter():
        with suppress(ProcessLookupError):
            if process.pid != started.pid and os.getsid(process.pid) == started.pid:
                found.append(process)
    return found


def service_log(home: Path, name: str) -> Path:
    """The log of a service."""
    return home / "postgres" / "server.log" if name == "postgres" else home / "logs" / f"{name}.log"


def last_words(home: Path, name: str, lines: int = 3) -> str:
    """The end of a service's log."""
    file = service_log(home, name)
    said = file.read_text(errors="replace").strip().splitlines()[-lines:] if file.exists() else []
    return " / ".join(line.strip() for line in said) or "it said nothing"


def start_process(
    home: Path,
    name: str,
    command: list[str],
    environment: dict[str, str],
    variables: dict[str, str] | None = None,
) -> bool:
    """Start one server in the background, in a session of its own, logging to ``<home>/logs``.

    Args:
        home: of the plant.
        name: of the service.
        command: its command line, which every user of the machine may see.
        environment: what all services of the plant have.
        variables: what this one has besides; none may be a secret.

    Returns:
        Whether it was down.
    """
    log = service_log(home, name)
    log.parent.mkdir(parents=True, exist_ok=True)
    if name in OUTSIDE:
        environment = {
            given: value
            for given, value in environment.items()
            if given in _PLAIN or given.startswith(_ITS_OWN)
        }
    # A command and the watcher may both find it dead.
    with FileLock(home / "services.lock"):
        if name in running_services(home):
            return False
        services = started_services(home)
        if name in services:
            end_processes(remnants(services[name]))
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                env=environment | (variables or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        created = psutil.Process(process.pid).create_time()
        services[name] = Started(process.pid, created, command, variables or {})
        write_started(home, services)
    return True


def end_processes(processes: list[psutil.Process]) -> None:
    """Ask processes to end, and kill those that have not after ``STOP_SECONDS``."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=STOP_SECONDS)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=5)


def require_own(home: Path, name: str, port: int) -> None:
    """Make sure that a port belongs to a service of this home, before a password is sent there.

    Raises:
        WarehouseUnavailable: another program listens there.
    """
    leader = running_services(home).get(name)
    own = {leader.pid, *(child.pid for child in leader.children(recursive=True))} if leader else set()
    for connection in psutil.net_connections("tcp"):
        listens = connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
        if listens and connection.pid in own:
            return
    raise WarehouseUnavailable(
        cause=f"At port {port}, where {name} of {home} should be, listens another program or none.",
        remedy="Run `make down`, then `make up`: it finds a free port. No password was sent.",
    )


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
                cause = f"{name} ended before it answered at {url}: {last_words(home, name)}."
                break
            time.sleep(0.2)
    raise WarehouseUnavailable(
        cause=cause,
        remedy=f"Read {service_log(home, name)}, then run `make up` again.",
    )


def stop_all(home: Path) -> list[str]:
    """Stop everything that was started in this home, children included; names what was stopped."""
    running = running_services(home)
    # First of all what would bring the others back.
    watcher = running.pop(WATCHER, None)
    end_processes([watcher] if watcher is not None else [])
    stopped = list(running)
    processes = []
    for leader in running.values():
        with suppress(psutil.NoSuchProcess):
            processes += [leader, *leader.children(recursive=True)]
    processes += [process for started in started_services(home).values() for process in remnants(started)]
    processes += strays(home)
    end_processes(list(dict.fromkeys(processes)))
    services_file(home).unlink(missing_ok=True)
    if stop_postgres(home / "postgres"):
        stopped.append("postgres")
    return stopped
