"""What staging makes of single records of providers: the traps of their contracts, proven in SQL.

A case (``provider_cases/<source>__<resource>.yaml``) has ``records`` as they land and ``expect``, one for
each: the columns that the trap is about, or null where staging leaves the record out. A case of a resource
whose staging model is not named after it says its ``model``.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from dbt_fixtures.raw_rows import RawRow, load_rows
from dbt_runner import run_dbt, seeded_database
from psycopg.rows import dict_row

from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.yaml_files import read_yaml

FOLDER = Path(__file__).parent / "provider_cases"
CASES: dict[str, dict[str, Any]] = {path.stem: read_yaml(path) for path in sorted(FOLDER.glob("*.yaml"))}
KNOWN_AT = datetime(2026, 11, 20, 6, tzinfo=UTC)


def model_of(table: str) -> str:
    """The staging model that reads a raw table."""
    return str(CASES[table].get("model", f"stg_{table}"))


def rows_of(table: str) -> list[RawRow]:
    """The records of a case as the load would put them into raw, keyed by their place."""
    source, _, resource = table.partition("__")
    return [
        RawRow(source, resource, f"{place:03}", record, KNOWN_AT)
        for place, record in enumerate(CASES[table]["records"])
    ]


@pytest.fixture(scope="module")
def staged_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """A warehouse with the records of all cases, staged."""
    with seeded_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            load_rows(connection, [row for table in CASES for row in rows_of(table)])
        run_dbt(url, "run", "--select", *map(model_of, CASES))
        yield url


@pytest.mark.parametrize("table", CASES)
def test_a_record_is_staged_as_its_contract_says(table: str, staged_url: str) -> None:
    records, expected = CASES[table]["records"], CASES[table]["expect"]
    assert len(records) == len(expected), "Say of each record what becomes of it."
    with psycopg.connect(staged_url, row_factory=dict_row) as connection:
        connection.execute("set time zone 'UTC'")
        rows = connection.execute(f"select * from staging.{model_of(table)}").fetchall()
    staged = {row["record_key"]: row for row in rows}
    found = [
        row and {column: row[column] for column in wanted or row}
        for wanted, row in zip(expected, (staged.get(f"{i:03}") for i in range(len(records))), strict=True)
    ]
    assert found == expected
