"""Who may do what in the warehouse: every role logs in and tries every schema, reading and writing.

What is expected is written down here a second time, so that a slip in config/roles.yaml shows.
"""

from collections.abc import Iterator

import psycopg
import pytest
from own_server import own_server
from psycopg import sql

from cvplus.errors import ConfigurationError
from cvplus.runtime.databases import DATABASES, prepare_databases
from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.warehouse.roles import OWNER, Role, grant_all_rights, grant_rights, load_roles, owners
from cvplus.warehouse.schema import apply_schema

BUILT = {"reference", "staging", "intermediate", "features", "marts"}
SCHEMAS = {"raw", "ops", "vault", "predictions"} | BUILT
READS = {
    "loader": SCHEMAS - {"vault"},
    "transformer": SCHEMAS - {"vault"},
    "ml": {"features", "marts", "predictions"},
    "privacy": {"vault", "marts"},
    "engineer": SCHEMAS - {"vault"},
    "analyst": {"ops", "reference", "features", "marts", "predictions"},
    "bi": {"marts", "predictions"},
    "app": {"marts", "predictions"},
}
WRITES = {
    "loader": {"raw", "ops"},
    "transformer": BUILT,
    "ml": {"predictions"},
    "privacy": {"vault"},
}
WRITTEN_BY_ML = ("ops.promotions", "ops.model_evaluations", "ops.feature_importances", "ops.input_checks")
READ = "select * from {}.{}"
WRITE = ("insert into {}.{} values (1)", "update {}.{} set x = 2", "delete from {}.{}")


def url(server: EmbeddedPostgres, role: str, database: str = "warehouse") -> str:
    return f"postgresql://{role}:{role}@127.0.0.1:{server.port}/{database}"


def prepare(server: EmbeddedPostgres) -> None:
    """What a start of the plant does; each role's password is its name."""
    prepare_databases(server, {role: role for role in (*load_roles(), *DATABASES.values())})
    with psycopg.connect(url(server, OWNER)) as connection:
        apply_schema(connection, [])
    grant_all_rights(lambda role: url(server, role))


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """A prepared server; each schema has a table from before its rights were granted, and one from after."""
    with own_server() as running:
        prepare(running)
        with psycopg.connect(running.url("warehouse")) as connection:
            connection.execute("delete from ops.granted_rights")
        for table in ("before", "after"):
            for schema, owner in owners(load_roles()).items():
                with psycopg.connect(url(running, owner)) as connection:
                    connection.execute(f"create table {schema}.{table} (x integer)")
            if table == "before":
                prepare(running)
        yield running


def allowed(connection: psycopg.Connection, statement: str, schema: str, table: str) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(sql.SQL(statement).format(sql.Identifier(schema), sql.Identifier(table)))
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


@pytest.mark.parametrize("table", ["before", "after"])
@pytest.mark.parametrize("role", sorted(READS))
def test_a_role_reads_and_writes_what_it_should_and_nothing_else(
    server: EmbeddedPostgres, role: str, table: str
) -> None:
    with psycopg.connect(url(server, role)) as connection:
        read = {schema for schema in SCHEMAS if allowed(connection, READ, schema, table)}
        written = {
            statement: {schema for schema in SCHEMAS if allowed(connection, statement, schema, table)}
            for statement in WRITE
        }
    assert read == READS[role]
    assert written == dict.fromkeys(WRITE, WRITES.get(role, set()))


def test_the_roles_are_those_of_the_design_and_the_plants_own(server: EmbeddedPostgres) -> None:
    assert load_roles().keys() == READS.keys() | {OWNER}
    assert owners(load_roles()).keys() == SCHEMAS


def test_what_models_are_judged_by_is_written_by_ml(server: EmbeddedPostgres) -> None:
    with psycopg.connect(url(server, "ml")) as connection:
        for table in WRITTEN_BY_ML:
            assert allowed(connection, "delete from {}.{}", *table.split("."))


@pytest.mark.parametrize("role", [*sorted(READS), OWNER, "airflow", "mlflow"])
def test_no_role_rules_the_server(server: EmbeddedPostgres, role: str) -> None:
    database = {owner: database for database, owner in DATABASES.items()}.get(role, "warehouse")
    with psycopg.connect(url(server, role, database)) as connection:
        told = connection.execute(
            """
            select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication
            from pg_roles where rolname = current_user
            """
        ).fetchone()
        assert told == (False,) * 5
        for statement in ("copy (select 1) to program 'true'", "select pg_read_file('pg_hba.conf')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)


@pytest.mark.parametrize("role", sorted(READS))
def test_a_role_makes_no_schema_and_comes_into_no_other_database(server: EmbeddedPostgres, role: str) -> None:
    with psycopg.connect(url(server, role)) as connection:
        for statement in ("create schema mine", "create table public.mine ()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)
    for database in ("airflow", "mlflow", "postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(url(server, role, database))


def test_a_right_that_is_taken_out_of_the_configuration_is_taken_away(server: EmbeddedPostgres) -> None:
    roles = dict(load_roles())
    fewer = roles | {"bi": Role(purpose="Dashboards.", reads=("predictions",))}
    try:
        with psycopg.connect(url(server, "transformer")) as connection:
            grant_rights(connection, "transformer", fewer)
            connection.execute("create table marts.later (x integer)")
        with psycopg.connect(url(server, "bi")) as connection:
            assert not allowed(connection, READ, "marts", "before")
            assert not allowed(connection, READ, "marts", "later")
    finally:
        with psycopg.connect(url(server, "transformer")) as connection:
            connection.execute("drop table if exists marts.later")
            grant_rights(connection, "transformer", roles)


def test_rights_are_granted_once_for_one_configuration(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url("warehouse")) as connection:
        before = connection.execute("select granted_at from ops.granted_rights").fetchall()
    prepare(server)
    with psycopg.connect(server.url("warehouse")) as connection:
        assert connection.execute("select granted_at from ops.granted_rights").fetchall() == before


def test_nobody_comes_in_without_a_password(server: EmbeddedPostgres) -> None:
    for role in ("postgres", "analyst"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://{role}@127.0.0.1:{server.port}/warehouse")
    with psycopg.connect(server.url()) as connection:
        assert connection.execute("show unix_socket_directories").fetchone() == ("",)


def test_what_the_superuser_made_in_an_earlier_version_is_handed_over() -> None:
    with own_server() as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("create database warehouse")
            connection.execute("create database airflow")
        with psycopg.connect(server.url("warehouse")) as connection:
            apply_schema(connection, [])
            connection.execute("create schema marts_old; create table marts.old as select 1 as x")
        with psycopg.connect(server.url("airflow")) as connection:
            connection.execute("create type state as enum ('a'); create table run (id serial, state state)")
        prepare(server)
        with psycopg.connect(url(server, "bi")) as connection:
            assert connection.execute("select x from marts.old").fetchall() == [(1,)]
        for database in DATABASES:
            with psycopg.connect(server.url(database)) as connection:
                left = connection.execute(
                    """
                    select oid::regclass::text from pg_class
                    where relowner = 'postgres'::regrole
                        and relnamespace::regnamespace::text !~ '^pg_|^information'
                    """
                ).fetchall()
            assert left == [], database


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: {purpose: x, owns: [raw]}\nb: {purpose: y, owns: [raw]}", "not exactly one owner: raw"),
        ("a: {purpose: x, reads: [raw]}", "not exactly one owner: raw"),
        ("a: {purpose: x, owns: [raw], reads: [raw]}", "says a schema twice"),
        ("a: {purpose: x, may: [raw]}", "a.may"),
        ("a: [", "not YAML"),
    ],
)
def test_a_wrong_configuration_is_told(tmp_path: object, text: str, fault: str) -> None:
    file = tmp_path / "roles.yaml"  # type: ignore[operator]
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=fault):
        load_roles(file)
