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


def test_a_warehouse_from_before_the_time_to_live_may_score_the_same_evidence_again(
    warehouse: psycopg.Connection,
) -> None:
    warehouse.execute(
        "alter table predictions.predictions drop constraint scored_once_at,"
        " add constraint scored_once unique (cv_id, job_id, model_version, feature_hash)"
    )
    for _ in range(2):
        apply_schema(warehouse, [])
    names = warehouse.execute(
        "select conname from pg_constraint"
        " where conrelid = 'predictions.predictions'::regclass and contype = 'u'"
    ).fetchall()
    assert names == [("scored_once_at",)]
