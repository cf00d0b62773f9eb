"""Fixtures that every kind of test shares: a real Postgres, one fresh database a test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from secrets import token_urlsafe
from uuid import uuid4

import psycopg
import pytest
from shared_folder import make_shared_folder, remove_shared_folder
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from cvplus.runtime.postgres import EmbeddedPostgres, start_postgres, stop_postgres
from cvplus.warehouse.schema import apply_schema

HERE = Path(__file__).parent
# What takes longest begins first, so that no worker is left alone with it at the end: files, then folders.
LONGEST_FILES = (
    "test_own_servers",
    "test_fault_matrix",
    "test_random_kills",
    "test_killed_steps",
    "test_intake_memory",
)
LONGEST_FOLDERS = ("faults", "warehouse", "integration")
# A worker runs a file whole; these files go to one worker, for what they share costs more than their tests.
TOGETHER = {
    **dict.fromkeys(("test_marts", "test_marts_contract", "test_outage_in_marts"), "marts"),
    **dict.fromkeys(("test_dag_policy", "test_dag_snapshot"), "dags"),
}


class Scheduling(LoadScopeScheduling):
    """Gives each worker a file, or files that go together, in the order of the tests."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.split("::", 1)[0])
        return TOGETHER.get(file.stem, str(file))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Say which tests run together; the groups that xdist itself knows of are lost on this pytest."""
    config.option.loadscopereorder = False
    return Scheduling(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that the workers of this run share."""
    if not hasattr(config, "workerinput"):
        make_shared_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it."""
    if not hasattr(config, "workerinput"):
        remove_shared_folder()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest begin."""
    order = [*LONGEST_FILES, *LONGEST_FOLDERS]
    ranks = {name: rank for rank, name in enumerate(order)}

    def rank(item: pytest.Item) -> int:
        folder = item.path.relative_to(HERE).parts[0]
        return ranks.get(item.path.stem, ranks.get(folder, len(order)))

    items.sort(key=rank)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedPostgres]:
    """An embedded server for the test session, with a template database that holds the plant's schema.

    Its folder lies outside pytest's own: a second session resets that one's mode, and the server, which runs
    as another user where the tests run as root, would lose its data.
    """
    folder = Path(tempfile.mkdtemp(prefix="cvplus-postgres-"))
    server = start_postgres(folder / "data", token_urlsafe())
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
