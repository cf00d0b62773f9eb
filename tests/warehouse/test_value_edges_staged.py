"""What lands of the edges of every field can be cast: the staging models run over all, and none stops."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from dbt_runner import run_dbt, seeded_database
from value_edges import as_json, entity_edges, resource_edges

from cvplus.exports.land import land_product
from cvplus.exports.registry import load_entities
from cvplus.exports.seal import opener
from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.store import Lake, open_lake
from cvplus.privacy.keys import SubjectKeyring
from cvplus.privacy.master_key import parse_master_key
from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.sources.registry import load_sources
from cvplus.warehouse.load import BatchCounts, load_batch

pytestmark = pytest.mark.slow

KEY = parse_master_key(base64.b64encode(bytes(32)).decode())
WINDOW = Window(start=datetime(2026, 5, 1, tzinfo=UTC), end=datetime(2026, 5, 8, tzinfo=UTC))
RUN = "edges"


@pytest.fixture(scope="module")
def counts() -> dict[str, BatchCounts]:
    """What the load said of each batch, by its id."""
    return {}


@pytest.fixture(scope="module")
def staged_url(
    postgres_server: EmbeddedPostgres,
    tmp_path_factory: pytest.TempPathFactory,
    counts: dict[str, BatchCounts],
) -> Iterator[str]:
    """A warehouse with every edge of every entity and resource, staged."""
    folder = tmp_path_factory.mktemp("edges")
    lake = open_lake((folder / "lake").as_uri())
    with seeded_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            for resource in (resource for source in load_sources().values() for resource in source.resources):
                identity = BatchIdentity(
                    source=resource.source, resource=resource.name, window=WINDOW, run_key=RUN
                )
                pages = [list(resource_edges(resource))]
                manifest = lake.write_batch(identity, pages, known_at_rule=resource.known_at_rule)
                counts[manifest.batch_id] = load_batch(connection, lake, manifest, resource)
            for name, entity in load_entities().items():
                keyring = SubjectKeyring(connection, KEY)
                for manifest in land_edges(name, folder, lake, keyring):
                    loaded = load_batch(connection, lake, manifest, entity.resource, opener(keyring))
                    counts[manifest.batch_id] = loaded
            connection.execute("update ops.batches set state = 'accepted'")
        run_dbt(url, "run", "--select", "staging")
        yield url


def land_edges(entity: str, folder: Path, lake: Lake, keyring: SubjectKeyring) -> list[Manifest]:
    """Drop the edges of an entity, and land the drop."""
    drop = folder / "exports" / entity / "dt=2026-05-02" / "edges.jsonl"
    drop.parent.mkdir(parents=True)
    drop.write_bytes(b"\n".join(as_json(record) for record in entity_edges(load_entities()[entity])))
    return land_product(entity, WINDOW, str(folder / "exports"), lake, keyring, RUN)


def test_every_edge_is_accounted_for(staged_url: str, counts: dict[str, BatchCounts]) -> None:
    with psycopg.connect(staged_url) as connection:
        batches = connection.execute(
            "select batch_id, rows_read, rows_loaded + rows_duplicate + rows_rejected, fields_rejected"
            " from ops.batches"
        ).fetchall()
        rejects = connection.execute(
            "select batch_id, count(*) from ops.rejected_records group by 1"
        ).fetchall()
        fields = connection.execute(
            "select batch_id, count(*) from ops.rejected_fields group by 1"
        ).fetchall()
    assert len(batches) == len(counts)
    assert [batch for batch, read, told, _ in batches if read != told or read != counts[batch].read] == []
    assert dict(rejects) == {batch: told.rejected for batch, told in counts.items() if told.rejected}
    assert dict(fields) == {batch: told for batch, _, _, told in batches if told}


def test_what_was_staged_lies_within_what_can_be_believed(staged_url: str) -> None:
    with psycopg.connect(staged_url) as connection:
        columns = connection.execute(
            "select table_name, column_name, data_type from information_schema.columns"
            " where table_schema = 'staging' order by 1, 2"
        ).fetchall()
        beyond = {
            f"{table}.{column}"
            for table, column, kind in columns
            if kind in ("double precision", "timestamp with time zone", "date")
            and connection.execute(
                f"select 1 from staging.{table} where "
                + (
                    f"abs({column}) > 1e16 or {column} = 'nan'"
                    if kind == "double precision"
                    else f"{column} not between '1000-01-01' and '2200-01-01'"
                )
                + " limit 1"
            ).fetchone()
        }
    assert len(columns) > 100
    assert beyond == set()


def test_of_an_export_no_value_is_shown(staged_url: str) -> None:
    with psycopg.connect(staged_url) as connection:
        shown = connection.execute(
            "select count(value), count(*) from ops.rejected_fields where source = 'product'"
        ).fetchone()
    assert shown is not None
    assert shown[0] == 0 < shown[1]
