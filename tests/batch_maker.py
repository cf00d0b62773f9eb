"""Make batches for the tests of the load and the gate: records in, a landed batch out."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.store import BatchFacts, Lake, RejectedRecord, open_lake
from cvplus.resources import KnownAt, Resource
from cvplus.warehouse.schema import create_raw_table

FETCHED_AT = datetime(2026, 11, 20, 6, tzinfo=UTC)

TAGS = Resource(
    source="stack_overflow",
    name="tags",
    domain="skills",
    key=["name"],
    required=["count"],
    known_at=KnownAt(rule="observed"),
    is_snapshot=True,
)


def tag(number: int, **changes: Any) -> dict[str, Any]:
    """A plausible record of ``stack_overflow.tags``."""
    return {"name": f"tag-{number}", "count": 100 + number, "has_synonyms": False} | changes


class BatchMaker:
    """Lands batches of one resource, each under a run key of its own."""

    def __init__(self, folder: Path, resource: Resource = TAGS) -> None:
        self.lake: Lake = open_lake(f"file://{folder}")
        self.resource = resource
        self.made = 0

    def land(
        self,
        records: Iterable[Any],
        rejects: Iterable[RejectedRecord] = (),
        fetched_at: datetime = FETCHED_AT,
    ) -> Manifest:
        """Land records (dicts, or raw lines as bytes) as a new batch."""
        self.made += 1
        identity = BatchIdentity(
            source=self.resource.source,
            resource=self.resource.name,
            window=Window(start=datetime(2026, 11, 19, tzinfo=UTC), end=datetime(2026, 11, 20, tzinfo=UTC)),
            run_key=f"run-{self.made}",
        )
        return self.lake.write_batch(
            identity,
            [list(records)],
            known_at_rule=self.resource.known_at.rule,
            rejects=rejects,
            facts=lambda: BatchFacts(fetched_at=fetched_at),
        )


def with_raw_table(connection: psycopg.Connection, resource: Resource = TAGS) -> None:
    """Create the resource's raw table and commit."""
    create_raw_table(connection, resource.table)
    connection.commit()


def checksum(connection: psycopg.Connection, table: str, columns: str = "*") -> str:
    """A digest of a table's rows that does not depend on their order."""
    ((digest,),) = connection.execute(
        f"select coalesce(md5(string_agg(line, '|' order by line)), '') "
        f"from (select t::text as line from (select {columns} from {table}) as t) as lines"
    ).fetchall()
    return str(digest)
