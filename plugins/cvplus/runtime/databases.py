"""Roles and databases of a server that serves this plant alone: all that is ever done as its superuser."""

from collections.abc import Iterable
from typing import Protocol

import psycopg
from psycopg import sql

from cvplus.embedded import SUPERUSER
from cvplus.settings import Settings
from cvplus.warehouse.roles import OWNER, load_roles, owners

AIRFLOW = "airflow"
MLFLOW = "mlflow"
WAREHOUSE = "warehouse"
# Each database, and the role that owns it.
DATABASES = {AIRFLOW: AIRFLOW, MLFLOW: MLFLOW, WAREHOUSE: OWNER}


class Server(Protocol):
    """A running server, as its superuser ``postgres`` reaches it."""

    def url(self, database: str = "postgres") -> str:
        """URL of one of its databases."""


def embedded_databases(settings: Settings) -> list[str]:
    """The databases that no server of one's own keeps."""
    own = {
        AIRFLOW: settings.has_own_airflow_database,
        MLFLOW: settings.has_own_mlflow,
        WAREHOUSE: settings.has_own_warehouse,
    }
    return [database for database in DATABASES if not own[database]]


def roles_of(wanted: Iterable[str]) -> list[str]:
    """The roles that work in these databases."""
    return [
        role
        for database in wanted
        for role in (load_roles() if database == WAREHOUSE else (DATABASES[database],))
    ]


def prepare_databases(
    server: Server, passwords: dict[str, str], wanted: Iterable[str] = tuple(DATABASES)
) -> None:
    """Make roles and databases where they are missing; only who has work in a database may connect to it.

    Args:
        server: the running server.
        passwords: of every role that logs in, by its name.
        wanted: the databases.
    """
    wanted = list(wanted)
    with psycopg.connect(server.url(), autocommit=True) as connection:
        roles = {name for (name,) in connection.execute("select rolname from pg_roles").fetchall()}
        for role, password in passwords.items():
            verb = sql.SQL("alter" if role in roles else "create")
            connection.execute(
                sql.SQL("{} role {} login password {}").format(
                    verb, sql.Identifier(role), sql.Literal(password)
                )
            )
        databases = {name for (name,) in connection.execute("select datname from pg_database").fetchall()}
        for database in wanted:
            owner = DATABASES[database]
            own = "alter database {} owner to {}" if database in databases else "create database {} owner {}"
            connection.execute(sql.SQL(own).format(sql.Identifier(database), sql.Identifier(owner)))
        for database in (*wanted, "postgres", "template1"):
            connection.execute(
                sql.SQL("revoke all on database {} from public").format(sql.Identifier(database))
            )
        for name, told in load_roles().items() if WAREHOUSE in wanted else ():
            rights = "connect, temporary" if told.makes_temporary else "connect"
            connection.execute(
                sql.SQL("grant {} on database {} to {}").format(
                    sql.SQL(rights), sql.Identifier(WAREHOUSE), sql.Identifier(name)
                )
            )
    for database in wanted:
        schemas = owners(load_roles()) if database == WAREHOUSE else {}
        _hand_over(server, database, schemas, DATABASES[database])


def _hand_over(server: Server, database: str, schemas: dict[str, str], owner: str) -> None:
    """Make the schemas of a database, and give what the superuser owns there to the roles that work with it.

    A home of an earlier version has tables, views and schemas of the superuser's.

    Args:
        server: the running server.
        database: its database.
        schemas: the owner of each schema that has one of its own.
        owner: who owns the rest.
    """
    with psycopg.connect(server.url(database)) as connection:
        for schema, role in schemas.items():
            connection.execute(
                sql.SQL("create schema if not exists {} authorization {}").format(
                    sql.Identifier(schema), sql.Identifier(role)
                )
            )
        found = connection.execute(
            """
            select 'schema', nspname, null from pg_namespace
            where nspowner = %(superuser)s::regrole and nspname !~ '^pg_|^information_schema$'
            union all
            select case relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end,
                nspname, relname
            from pg_class join pg_namespace on pg_namespace.oid = relnamespace
            where relowner = %(superuser)s::regrole and relkind in ('r', 'p', 'v', 'S')
                and nspname !~ '^pg_|^information_schema$'
                and not exists (
                    select from pg_depend
                    where objid = pg_class.oid and deptype in ('a', 'i') and relkind = 'S'
                )
            union all
            select 'type', nspname, typname from pg_type join pg_namespace on pg_namespace.oid = typnamespace
            where typowner = %(superuser)s::regrole and typtype = 'e'
                and nspname !~ '^pg_|^information_schema$'
            """,
            {"superuser": SUPERUSER},
        ).fetchall()
        for kind, schema, name in found:
            path = sql.Identifier(schema) if name is None else sql.Identifier(schema, name)
            connection.execute(
                sql.SQL("alter {} {} owner to {}").format(
                    sql.SQL(kind), path, sql.Identifier(schemas.get(schema, owner))
                )
            )
