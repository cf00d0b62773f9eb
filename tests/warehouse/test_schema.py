"""The plant's own tables can be applied to a warehouse any number of times."""

import psycopg

from cvplus.resources import KnownAt, Resource
from cvplus.warehouse.schema import apply_schema


def test_schema_can_be_applied_twice(warehouse: psycopg.Connection) -> None:
    resource = Resource(
        source="demo", name="things", domain="reference", key=["id"], known_at=KnownAt(rule="observed")
    )
    apply_schema(warehouse, [resource])
    apply_schema(warehouse, [resource])
    count = warehouse.execute("select count(*) from raw.demo__things").fetchone()
    assert count == (0,)
