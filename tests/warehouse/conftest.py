"""What many tests read: a warehouse with the marts built, an invented project that dbt has parsed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from batch_maker import BatchMaker, with_raw_table
from dbt_runner import fresh_database
from layered_build import Build, new_build
from layered_project import write_project
from marts_build import build_marts
from psycopg.rows import dict_row

from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.transform.project import PARTIAL_PARSE, parse_project


@pytest.fixture(scope="session")
def marts_target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt leaves its manifest and compiled queries."""
    return tmp_path_factory.mktemp("dbt_marts")


@pytest.fixture(scope="session")
def marts_url(postgres_server: EmbeddedPostgres, marts_target: Path) -> Iterator[str]:
    """URL of a warehouse whose marts are built; that dbt's own tests pass is part of it."""
    with fresh_database(postgres_server) as url:
        build_marts(url, marts_target)
        yield url


@pytest.fixture
def marts(marts_url: str, marts_target: Path) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """A connection to the built marts whose changes are undone."""
    with psycopg.connect(marts_url, row_factory=dict_row) as connection:
        connection.execute("set time zone 'UTC'")
        yield connection
        connection.rollback()


@pytest.fixture(scope="session")
def parse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What dbt has made of the project's files, which spares each build the time of reading them all."""
    folder = tmp_path_factory.mktemp("parsed")
    parse_project(folder / "target", folder / PARTIAL_PARSE, write_project(folder / "project"))
    return folder / PARTIAL_PARSE


@pytest.fixture
def build(tmp_path: Path, warehouse_url: str, parse: Path) -> Build:
    """The project written and parsed, its raw tables there."""
    return new_build(tmp_path, warehouse_url, parse)


@pytest.fixture
def maker(warehouse: psycopg.Connection, tmp_path: Path) -> BatchMaker:
    """Lands batches of tags in a lake of the test's own."""
    with_raw_table(warehouse)
    return BatchMaker(tmp_path)
