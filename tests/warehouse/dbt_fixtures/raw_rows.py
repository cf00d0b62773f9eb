"""Puts rows into raw as the load would, without lake and gate: one accepted batch a resource and instant."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from cvplus.warehouse.schema import create_raw_table
from cvplus.yaml_files import read_yaml

MODELS = Path(__file__).parents[3] / "dbt_project" / "models"


def declared_raw_tables() -> list[str]:
    """Names of the raw tables that dbt's sources declare, wherever they do."""
    declared = [
        source for path in sorted(MODELS.rglob("*.yml")) for source in read_yaml(path).get("sources", [])
    ]
    return [table["name"] for source in declared if source["name"] == "raw" for table in source["tables"]]


RAW_TABLES = declared_raw_tables()


@dataclass(frozen=True)
class RawRow:
    """A version of a record and the instant from which it is known."""

    source: str
    resource: str
    record_key: str
    record: dict[str, Any]
    known_at: datetime

    @property
    def table(self) -> str:
        """Name of its raw table."""
        return f"{self.source}__{self.resource}"

    @property
    def content_hash(self) -> str:
        """sha256 of the canonical JSON."""
        return hashlib.sha256(json.dumps(self.record, sort_keys=True).encode()).hexdigest()

    @property
    def batch_id(self) -> str:
        """The batch that it came in."""
        return f"{self.table}-{self.known_at:%Y%m%dT%H%M%S}"


def create_raw_tables(connection: psycopg.Connection) -> None:
    """Create every raw table that staging reads."""
    for table in RAW_TABLES:
        create_raw_table(connection, table)


def load_rows(connection: psycopg.Connection, rows: Iterable[RawRow], state: str = "accepted") -> None:
    """Insert rows and their batches, in the given state; a batch that gets more rows is judged anew."""
    by_table: dict[str, dict[tuple[str, str, str], RawRow]] = {}
    for row in rows:
        by_table.setdefault(row.table, {})[(row.record_key, row.content_hash, row.batch_id)] = row
    for table, unique in by_table.items():
        batches = {row.batch_id: row for row in unique.values()}
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT_BATCH, [_batch(row, state) for row in batches.values()])
            copy = sql.SQL(
                "copy raw.{} (record_key, content_hash, batch_id, known_at, record) from stdin"
            ).format(sql.Identifier(table))
            with cursor.copy(copy) as lines:
                for (key, content_hash, batch_id), row in unique.items():
                    lines.write_row((key, content_hash, batch_id, row.known_at, json.dumps(row.record)))


def _batch(row: RawRow, state: str) -> tuple[Any, ...]:
    return (row.batch_id, row.source, row.resource, row.known_at, row.known_at, state, row.known_at)


_INSERT_BATCH = """
    insert into ops.batches (
        batch_id, source, resource, window_start, window_end, state, fetched_at, rows_read, rows_loaded,
        rows_duplicate, rows_rejected, bytes, checksum, known_at_rule, lake_path
    ) values (%s, %s, %s, %s, %s, %s, %s, 0, 0, 0, 0, 0, '', 'dropped', '')
    on conflict (batch_id) do update set gated_at = clock_timestamp()
"""
