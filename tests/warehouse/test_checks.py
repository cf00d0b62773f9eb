"""What is missing on a server of one's own is said in a sentence, with what to do, before any work."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from own_server import own_server
from psycopg import sql
from tls_proxy import NAME, tls_door, write_certificate

from cvplus.checks import databases
from cvplus.checks.every import every_finding
from cvplus.checks.findings import Finding, clock_finding, require_all
from cvplus.errors import ConfigurationError
from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.settings import ROLES_WITH_URLS, load_settings


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """A server where `me` is no superuser."""
    with own_server() as running:
        with psycopg.connect(running.url(), autocommit=True) as connection:
            connection.execute("create role me login password 'pw'")
            connection.execute("create role other login password 'pw'")
        yield running


@pytest.fixture
def database(server: EmbeddedPostgres) -> str:
    """A database that `me` owns, and nothing more."""
    name = f"test_{uuid4().hex[:8]}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} owner me").format(sql.Identifier(name)))
    return name


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CVPLUS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def url(server: EmbeddedPostgres, database: str, user: str = "me") -> str:
    return f"postgresql://{user}:pw@127.0.0.1:{server.port}/{database}"


def as_superuser(server: EmbeddedPostgres, database: str, *statements: str) -> None:
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.format(database=database))


def missing() -> str:
    """What is missing by the settings, as one text."""
    return " | ".join(
        f"{finding.subject}: {finding.told} {finding.remedy}"
        for finding in every_finding(load_settings())
        if finding.is_missing
    )


def found(subject: str) -> Finding:
    return next(finding for finding in every_finding(load_settings()) if finding.subject == subject)


@pytest.fixture
def warehouse(server: EmbeddedPostgres, database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", url(server, database))
    return database


def test_a_role_that_owns_its_database_is_enough(warehouse: str) -> None:
    assert missing() == ""
    assert "all is there" in found("warehouse").told


def test_a_check_leaves_nothing_behind(server: EmbeddedPostgres, warehouse: str, home: Path) -> None:
    missing()
    with psycopg.connect(url(server, warehouse)) as connection:
        left = connection.execute(
            "select count(*) from pg_class where relnamespace not in "
            "(select oid from pg_namespace where nspname ~ '^pg_|^information_schema$')"
        ).fetchone()
        schemas = connection.execute("select count(*) from pg_namespace where nspowner = 'me'::regrole")
        assert (left, schemas.fetchone()) == ((0,), (0,))
    assert [path.name for path in (home / "lake").rglob("*")] == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("alter database {database} owner to postgres", "may not make the schemas"),
        ("revoke temporary on database {database} from me, public", "may make no temporary tables"),
        ("create schema raw", "cannot make tables in schema raw"),
        ("create schema raw authorization me; create table raw.x (y int)", "belong to postgres"),
        ("alter database {database} set default_transaction_read_only = on", "takes no changes"),
        ("alter database {database} connection limit 5", "room for 5 connections"),
    ],
)
def test_what_the_warehouse_lacks_is_said(
    server: EmbeddedPostgres, warehouse: str, statement: str, told: str
) -> None:
    as_superuser(server, warehouse, statement)
    assert told in missing()


def test_what_cannot_be_reached_is_said_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", "postgresql://me:geheim@127.0.0.1:1/warehouse")
    assert "warehouse: 127.0.0.1:1/warehouse cannot be reached" in missing()
    assert "geheim" not in missing()


def test_a_wrong_password_is_said(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", f"postgresql://me:no@127.0.0.1:{server.port}/postgres")
    assert "password authentication failed" in missing()


def test_an_encoding_that_cannot_keep_what_comes_in_is_said(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"test_{uuid4().hex[:8]}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"create database {name} owner me template template0 encoding 'LATIN1' locale 'C'")
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", url(server, name))
    assert "The database is in LATIN1" in missing()


def test_an_old_server_is_said(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = databases.Need("warehouse", "CVPLUS_WAREHOUSE_URL", 99, 1)
    monkeypatch.setattr("cvplus.checks.warehouse.WAREHOUSE", newer)
    assert "built for 99 or newer" in missing()


def test_a_clock_that_is_wrong_is_said() -> None:
    now = datetime.now(UTC)
    assert clock_finding("S3", now + timedelta(seconds=30)) == []
    (ahead,) = clock_finding("S3", now + timedelta(seconds=300))
    (behind,) = clock_finding("S3", now - timedelta(seconds=300))
    assert ahead.is_missing
    assert "ahead of this machine's" in ahead.told
    assert "behind this machine's" in behind.told


def test_airflow_and_mlflow_are_not_given_one_schema(
    server: EmbeddedPostgres, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CVPLUS_MLFLOW_URL", url(server, database))
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", url(server, database))
    assert "both would write the table alembic_version" in missing()


def test_an_address_of_airflow_that_is_not_of_postgres_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "mysql://me:geheim@somewhere/airflow")
    assert "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" in missing()
    assert "geheim" not in missing()


def test_a_schema_where_no_table_can_be_made_is_said(
    server: EmbeddedPostgres, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_superuser(server, database, "alter database {database} owner to postgres")
    monkeypatch.setenv("CVPLUS_MLFLOW_URL", url(server, database))
    assert "MLflow's database: me cannot make tables in schema public" in missing()


def test_a_role_of_its_own_that_leads_elsewhere_is_said(
    server: EmbeddedPostgres, warehouse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for role in ROLES_WITH_URLS:
        monkeypatch.setenv(f"CVPLUS_WAREHOUSE_URL_{role.upper()}", url(server, warehouse))
    assert "me is the user of more than one role" in missing()
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL_ML", url(server, "postgres"))
    assert "CVPLUS_WAREHOUSE_URL_ML leads to another database" in missing()


def test_everything_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        require_all(
            [
                Finding("lake", "All is there."),
                Finding("warehouse", "It is away.", "Start it.", is_missing=True),
                Finding("MLflow", "It is old.", "Upgrade it.", is_missing=True),
            ]
        )
    assert caught.value.cause == "warehouse: It is away. MLflow: It is old."
    assert caught.value.remedy == "Start it. Upgrade it."


@pytest.mark.parametrize(
    ("version", "has_certificate", "told"),
    [
        (ssl.TLSVersion.TLSv1_3, True, ""),
        (ssl.TLSVersion.TLSv1_2, True, "cannot be reached"),
        (ssl.TLSVersion.TLSv1_3, False, "server does not support SSL"),
    ],
)
def test_a_server_elsewhere_is_talked_to_by_tls_1_3_or_not_at_all(
    server: EmbeddedPostgres,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    version: ssl.TLSVersion,
    has_certificate: bool,
    told: str,
) -> None:
    certificate = write_certificate(tmp_path) if has_certificate else None
    with tls_door(server.port, certificate, version) as port:
        there = f"postgresql://me:pw@{NAME}:{port}/{database}?hostaddr=127.0.0.1"
        if has_certificate:
            there += f"&sslmode=verify-full&sslrootcert={tmp_path / 'server.pem'}"
        monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", there)
        if told:
            assert told in missing()
        else:
            assert missing() == ""
            assert "encrypted" in found("warehouse").told
