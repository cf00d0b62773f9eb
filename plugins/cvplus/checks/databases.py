"""What the plant needs of a Postgres database that is not embedded; everything that is tried is undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from cvplus.checks.findings import Finding, clock_finding, missing
from cvplus.postgres_url import is_on_this_machine, parameters, without_driver

CONNECT_SECONDS = 10
TRIAL = "cvplus_check"


@dataclass(frozen=True)
class Need:
    """What a database is for: the setting that names it, the oldest server, and connections at one time."""

    subject: str
    setting: str
    oldest_version: int
    connections: int


WAREHOUSE = Need("warehouse", "CVPLUS_WAREHOUSE_URL", 18, 40)
MLFLOW = Need("MLflow's database", "CVPLUS_MLFLOW_URL", 14, 15)
AIRFLOW = Need("Airflow's database", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", 14, 40)


@contextmanager
def _undone(url: str) -> Iterator[psycopg.Connection]:
    """A connection whose work is rolled back."""
    with psycopg.connect(without_driver(url), connect_timeout=CONNECT_SECONDS) as connection:
        try:
            yield connection
        finally:
            connection.rollback()


def place_of(url: str) -> str:
    """Where a URL leads, without who logs in."""
    told = parameters(url)
    return f"{told.get('host', 'a socket')}:{told.get('port', 5432)}/{told.get('dbname', '')}"


def identity(url: str) -> tuple[object, ...]:
    """What tells two databases apart, however they are addressed."""
    with _undone(url) as connection:
        found = connection.execute(
            "select pg_postmaster_start_time(), inet_server_port(), current_database(), current_schema()"
        ).fetchone()
    return tuple(found or ())


def examined(
    need: Need, url: str, subject: str, look: Callable[[psycopg.Connection], list[Finding]]
) -> list[Finding]:
    """Look at a database; one that cannot be reached, or refuses, is a finding like any other.

    Args:
        need: what it is for.
        url: how it is reached.
        subject: how the findings call it.
        look: what to look at.
    """
    try:
        with _undone(url) as connection:
            # What is tried on a server that is read-only, say, would fail for that alone.
            found = _server_findings(need, subject, connection) or look(connection)
            if found:
                return found
            version = connection.info.server_version // 10_000
            tls = "" if is_on_this_machine(url) else ", encrypted"
            user = connection.info.user
            return [Finding(subject, f"Postgres {version} at {place_of(url)} as {user}{tls}: all is there.")]
    except psycopg.OperationalError as error:
        told = str(error).strip().splitlines()[-1].strip()
        return [
            missing(
                subject,
                f"{place_of(url)} cannot be reached: {told.rstrip('.')}.",
                f"Start that server, or correct {need.setting}.",
            )
        ]
    except psycopg.Error as error:
        told = str(error).strip().splitlines()[0]
        remedy = f"Let the role of {need.setting} own its database."
        return [missing(subject, f"{place_of(url)} refused what the plant does there: {told}.", remedy)]


def _server_findings(need: Need, subject: str, connection: psycopg.Connection) -> list[Finding]:
    """Version, encoding, clock, whether it may be written, and room for connections."""
    found = []
    version = connection.info.server_version // 10_000
    if version < need.oldest_version:
        told = f"The server is Postgres {version}, and the plant is built for {need.oldest_version} or newer."
        found.append(missing(subject, told, "Upgrade it, or use another server."))
    answer = connection.execute(
        """
        select
            clock_timestamp(),
            current_setting('server_encoding'),
            pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean,
            least(
                current_setting('max_connections')::integer
                - current_setting('superuser_reserved_connections')::integer
                - (select count(*) from pg_stat_activity where backend_type = 'client backend'),
                (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user),
                (select nullif(datconnlimit, -1) from pg_database where datname = current_database())
            )
        """
    )
    now, encoding, is_read_only, room = next(answer)
    found += clock_finding(subject, now)
    if encoding != "UTF8":
        told = f"The database is in {encoding}, and what comes in is Unicode."
        found.append(missing(subject, told, "Make one with `encoding 'UTF8'`."))
    if is_read_only:
        told = "The server takes no changes: it is a replica, or read-only by default."
        found.append(missing(subject, told, f"Point {need.setting} at the primary."))
    if room < need.connections:
        told = f"There is room for {room} connections, and the plant opens up to {need.connections} there."
        found.append(
            missing(subject, told, "Raise max_connections or the limit of the role or the database.")
        )
    return found


def database_findings(need: Need, url: str) -> list[Finding]:
    """What MLflow or Airflow needs: a schema where tables can be made."""

    def look(connection: psycopg.Connection) -> list[Finding]:
        schema, user = next(connection.execute("select current_schema(), current_user"))
        if schema is None:
            told = f"{user} sees no schema there in which tables could be made."
            return [missing(need.subject, told, f"`grant create, usage on schema public to {user}`.")]
        return table_findings(need.subject, connection, schema)

    return examined(need, url, need.subject, look)


def table_findings(subject: str, connection: psycopg.Connection, schema: str) -> list[Finding]:
    """Make a table in a schema, fill and index it, as the plant does."""
    name = sql.Identifier(schema, TRIAL)
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(sql.SQL("create table {} (x jsonb primary key)").format(name))
            with connection.cursor().copy(sql.SQL("copy {} from stdin").format(name)) as copy:
                copy.write_row(["{}"])
            connection.execute(sql.SQL("create index on {} ((x ->> 'a'))").format(name))
    except psycopg.errors.InsufficientPrivilege as error:
        user = connection.info.user
        told = f"{user} cannot make tables in schema {schema}: {str(error).splitlines()[0]}."
        return [missing(subject, told, f"`alter schema {schema} owner to {user}`.")]
    return []
