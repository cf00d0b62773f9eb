"""A field that a suite watches does not vanish, and a resource does not fall silent, without a word."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb
from test_gate_suites import good_record

from cvplus.quality.history import load_history_limits, presence_check
from cvplus.quality.presence import count_presence
from cvplus.quality.suites import FieldColumn, Suite, all_suites
from cvplus.warehouse.schema import create_raw_table

RAW_SUITES = [suite for suite in all_suites() if suite.layer == "raw"]
ROWS = 25


def without(value: Any, path: str, *, is_nulled: bool) -> Any:
    """The record with the field at the dotted path (a number: the place in a list) dropped, or null."""
    name, _, rest = path.partition(".")
    if isinstance(value, list):
        inner = without(value[int(name)], rest, is_nulled=is_nulled) if rest else None
        return [*value[: int(name)], inner, *value[int(name) + 1 :]]
    if rest and isinstance(value, dict) and name in value:
        return {**value, name: without(value[name], rest, is_nulled=is_nulled)}
    kept = {key: item for key, item in value.items() if key != name}
    return {**kept, name: None} if is_nulled else kept


def insert(connection: psycopg.Connection, suite: Suite, batch_id: str, record: dict[str, Any]) -> None:
    """Put copies of the record into the raw table, as a batch."""
    connection.execute(
        sql.SQL(
            "insert into raw.{} (record_key, content_hash, batch_id, known_at, record)"
            " select 'k' || number, %s, %s, %s, %s from generate_series(1, %s) as number"
        ).format(sql.Identifier(suite.table)),
        [batch_id, batch_id, datetime(2026, 11, 19, tzinfo=UTC), Jsonb(record), ROWS],
    )


@pytest.mark.parametrize("suite", RAW_SUITES, ids=lambda suite: suite.table)
def test_a_watched_field_that_is_dropped_or_nulled_is_told(
    warehouse: psycopg.Connection, suite: Suite
) -> None:
    create_raw_table(warehouse, suite.table)
    record = good_record(suite.table)
    insert(warehouse, suite, "before", record)
    before = count_presence(warehouse, suite, "before")
    filled = {watched for watched, presence in before.items() if presence.filled}
    fields = {name: column for name, column in suite.columns.items() if isinstance(column, FieldColumn)}
    told = {}
    for watched in filled:
        path = fields[watched.name].path if watched.name in fields else watched.name
        for is_nulled in (False, True):
            batch_id = f"{watched.name} {'nulled' if is_nulled else 'dropped'}"
            insert(warehouse, suite, batch_id, without(record, path, is_nulled=is_nulled))
            now = count_presence(warehouse, suite, batch_id)[watched]
            check = presence_check(watched, now, [before[watched]], load_history_limits())
            told[batch_id] = None if check.is_passed else check.rule.severity
    assert filled
    assert {name for name, severity in told.items() if severity is None} == set()
    expected = {watched.name: watched.severity for watched in filled}
    assert {name.split(" ")[0]: severity for name, severity in told.items()} == expected
