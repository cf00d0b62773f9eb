"""Fixtures that every kind of test shares: a real Postgres, one fresh database a test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from cvplus.runtime.postgres import EmbeddedPostgres, start_postgres, stop_postgres
from cvplus.warehouse.schema import apply_schema

# What takes longest begins first, so that no worker is left alone with it at the end.
FOLDERS = ("faults", "warehouse", "integration", "contract", "unit")
# Fixtures that cost more than their tests: these go to one worker, whatever file they are in.
COSTLY_FIXTURES = ("marts_url", "dags")


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests a worker runs together: those of a file, and those that share what is costly."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        group = next((name for name in COSTLY_FIXTURES if name in names), item.path.stem)
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: FOLDERS.index(item.path.parent.name))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedPostgres]:
    """An embedded server for the test session, with a template database that holds the plant's schema.

    Its folder lies outside pytest's own: a second session resets that one's mode, and the server, which runs
    as another user where the tests run as root, would lose its data.
    """
    folder = Path(tempfile.mkdtemp(prefix="cvplus-postgres-"))
    server = start_postgres(folder / "data", folder / "password")
    with psycopg.connect(server.url(), autocommit=True) as connection:
        # Nothing of it is to outlive the machine.
        for setting in ("fsync", "full_page_writes"):
            connection.execute(f"alter system set {setting} = off")
        connection.execute("select pg_reload_conf()")
        connection.execute("create database template_warehouse")
    with psycopg.connect(server.url("template_warehouse")) as connection:
        apply_schema(connection, [])
    yield server
    stop_postgres(server.data_folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def warehouse_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """URL of an empty warehouse: the plant's own tables, nothing in them."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute(f"create database {name} template template_warehouse")
    yield postgres_server.url(name)
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[psycopg.Connection]:
    """An open connection to an empty warehouse."""
    with psycopg.connect(warehouse_url) as connection:
        connection.execute("set time zone 'UTC'")
        yield connection
