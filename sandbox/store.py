"""Keeps what the providers serve: an SQLite file beside the exports, written once, read by the server."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

TABLES = {
    "postings": "control_number integer primary key, opened text, series text, facts blob",
    "organizations": "uuid text primary key, updated_at text, facts blob",
    "removed": "uuid text primary key, deleted_at text",
    "tags": "name text primary key, uses integer, facts blob",
    "synonyms": "from_tag text primary key, created integer, facts blob",
    "german_postings": "slug text primary key, created integer, facts blob",
    "employers": "permalink text primary key, rank integer, facts blob",
    "jobs": "number integer primary key, facts blob",
    "seen_jobs": "provider text, id integer, number integer, employer text, country text, "
    "visible_from text, visible_until text, updated_at text, facts blob",
    "occupations": "code text primary key, facts blob",
    "pay_reports": "number integer primary key, reported_at text, occupation text, employer text, facts blob",
    "fx_rates": "day text, currency text, usd_per_unit real",
    # What no provider serves: the best that anybody could have said of each application.
    "chances": "application_id text primary key, interview real, offer real",
}


def create(path: Path) -> None:
    """Makes an empty store."""
    with sqlite3.connect(path) as database:
        for name, columns in TABLES.items():
            database.execute(f"create table {name} ({columns})")
        database.execute("create index postings_by_date on postings (opened, control_number)")
        database.execute("create index organizations_by_update on organizations (updated_at, uuid)")
        database.execute("create index seen_jobs_by_provider on seen_jobs (provider, id)")
        database.execute("create index fx_rates_by_day on fx_rates (day)")
    database.close()


def insert(path: Path, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Adds rows to a table; a dict among the values is kept as JSON."""
    width = len(TABLES[table].split(","))
    marks = ", ".join("?" * width)
    prepared = (
        tuple(orjson.dumps(value) if isinstance(value, dict) else value for value in row) for row in rows
    )
    with sqlite3.connect(path) as database:
        database.executemany(f"insert into {table} values ({marks})", prepared)
    database.close()


class Store:
    """Reads the store; a connection a call, so that any thread may ask."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            yield database
        finally:
            database.close()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._connection() as database:
            return database.execute(query, values).fetchall()

    def facts(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """The JSON of all rows of a query that selects one column of facts."""
        return [orjson.loads(row[0]) for row in self.rows(query, *values)]

    @staticmethod
    def merged(*several: bytes) -> dict[str, Any]:
        """Facts told over others: of two of a name the last one counts."""
        facts: dict[str, Any] = {}
        for one in several:
            facts |= orjson.loads(one)
        return facts

    def number(self, query: str, *values: Any) -> int:
        """The single number that a query gives."""
        return int(self.rows(query, *values)[0][0])
