"""A suite's columns read a record's fields as the load does, and never stop a gate."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from cvplus.quality.suites import FieldColumn

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("2026-11-20T12:00:00Z", NOON),
        ("2026-11-20T13:00:00+01:00", NOON),
        (1795176000, NOON),
        (1795176000.0, NOON),
        (1795176000000, NOON),
        (10**20, None),
        (True, None),
        ("rubbish", None),
        (None, None),
        ({"day": 1}, None),
    ],
)
def test_an_instant_is_iso_8601_or_an_epoch_number(
    warehouse: psycopg.Connection, told: Any, read: datetime | None
) -> None:
    expression = FieldColumn(path="job.at", type="instant").sql
    query = f"select {expression} from (select %s::jsonb as record) as raw_rows"
    assert warehouse.execute(query, [Jsonb({"job": {"at": told}})]).fetchall() == [(read,)]
