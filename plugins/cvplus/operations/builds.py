"""What the warehouse build does around dbt, as a function of state: batches not yet built."""

from collections.abc import Callable, Iterator
from datetime import datetime

import psycopg

from cvplus.enrich.readers.registry import readers_version
from cvplus.errors import WarehouseUnavailable
from cvplus.lake.manifest import Manifest
from cvplus.lake.store import Lake
from cvplus.operations.outstanding import (
    LINKING,
    READING,
    SCORING,
    begin_step,
    build_reason,
    finish_step,
    outstanding,
)
from cvplus.operations.runs import measured
from cvplus.settings import load_settings
from cvplus.warehouse.connection import connect
from cvplus.warehouse.roles import TRANSFORMER

FEATURE_SUITES = ["cv_features", "job_features", "training_examples", "scoring_pairs"]


def reason_to_build() -> str | None:
    """Why the warehouse has to be built: new batches, other models or readers; ``None`` for nothing new."""
    with connect() as connection:
        return build_reason(connection)


def warehouse_instant() -> datetime:
    """The warehouse's own clock, which also stamps the gates' verdicts."""
    with connect() as connection:
        row = connection.execute("select clock_timestamp()").fetchone()
    if row is None:
        raise WarehouseUnavailable(cause="The warehouse did not tell its time.", remedy="Run the task again.")
    return row[0]


def is_scoring_due() -> bool:
    """Whether there are features, or a champion, with which the pairs have not been scored yet."""
    with connect() as connection:
        return SCORING in outstanding(connection, load_settings())


def mark_built(built_until: str, linked_until: str) -> int:
    """Mark what was accepted up to that instant as built, and what linkers landed up to theirs.

    Links are made of what the build has staged already, and read behind it.

    Returns:
        How many batches.
    """
    from cvplus.linking.kinds import LINK_KINDS

    links = [kind.resource.name for kind in LINK_KINDS]
    with connect() as connection:
        return connection.execute(
            """
            update ops.batches set built_at = now()
            where state in ('accepted', 'released') and built_at is null
              and (gated_at <= %s or (source = 'derived' and resource = any(%s) and gated_at <= %s))
            """,
            [built_until, links, linked_until],
        ).rowcount


def read_new_texts(dag_id: str, run_id: str) -> list[str]:
    """Read the texts of records that have no facts yet; land, load and gate the result as any other batch.

    Returns:
        Ids of the accepted batches (none when there was nothing to read).

    Raises:
        GateFailed: when nothing of what was found passes its suite.
    """
    from cvplus.enrich.kinds import FACT_KINDS
    from cvplus.enrich.records import read_records

    def read(connection: psycopg.Connection, lake: Lake, made_by: str) -> Iterator[Manifest | None]:
        for kind in FACT_KINDS:
            yield read_records(connection, lake, made_by, kind)

    return _derive(READING, readers_version(), dag_id, run_id, read)


def link_new_records(dag_id: str, run_id: str) -> list[str]:
    """Link the records that are new; land, load and gate what is held of them as any other batch.

    What was given up because too much looked alike opens an incident, which a person closes.

    Returns:
        Ids of the accepted batches (none when nothing has changed).

    Raises:
        GateFailed: when nothing of what was held passes its suite.
    """
    from cvplus.linking.kinds import LINK_KINDS, linking_version
    from cvplus.linking.link import link_records
    from cvplus.operations.linking import watch_limits

    def link(connection: psycopg.Connection, lake: Lake, made_by: str) -> Iterator[Manifest | None]:
        for kind in LINK_KINDS:
            linked = link_records(connection, lake, made_by, kind)
            watch_limits(connection, kind, linked)
            yield linked.manifest

    return _derive(LINKING, linking_version(), dag_id, run_id, link)


def _derive(
    step: str,
    version: str,
    dag_id: str,
    run_id: str,
    derive: Callable[[psycopg.Connection, Lake, str], Iterator[Manifest | None]],
) -> list[str]:
    """Land, load and gate what a step makes of accepted batches; ids of what was accepted of it.

    ``derive`` gives a manifest for each batch that it has landed, ``None`` for a kind without news.
    """
    from cvplus.lake.store import open_lake
    from cvplus.operations.ingestion import gate_loaded_batches, load_batches
    from cvplus.warehouse.batches import register_landed

    lake = open_lake(load_settings().resolved_lake_url)
    batch_ids = []
    with measured(dag_id, run_id, step) as account, connect() as connection:
        begin_step(connection, step, version)
        for manifest in derive(connection, lake, f"{dag_id}/{run_id}"):
            if manifest is not None:
                register_landed(connection, manifest)
                account.rows += manifest.rows_read
                batch_ids.append(manifest.batch_id)
            connection.commit()
    load_batches(batch_ids, dag_id, run_id)
    accepted = gate_loaded_batches(batch_ids, dag_id, run_id)
    with connect() as connection:
        finish_step(connection, step)
    return accepted


def build_warehouse_layer(layer: str, dag_id: str, run_id: str, *, is_full: bool = False) -> int:
    """Build and test one layer of the warehouse with one dbt run; see ``cvplus.transform.build``.

    Returns:
        How many seeds and models were built.

    Raises:
        ModelFailed: a model or a test of it failed.
        ProjectInvalid: dbt cannot read the project.
        BuildInterrupted: the warehouse or the disk went away; the next try goes on from there.
    """
    from cvplus.transform.build import build_layer

    settings = load_settings()
    with measured(dag_id, run_id, f"build_{layer}") as account:
        account.rows = build_layer(
            layer,
            dag_id,
            run_id,
            warehouse_url=settings.resolved_warehouse_url,
            dbt_url=settings.warehouse_url_of(TRANSFORMER),
            folder=settings.home / "dbt",
            is_full=is_full,
        )
    return account.rows


def gate_feature_tables(dag_id: str, run_id: str) -> None:
    """Validate the feature tables with their suites.

    Raises:
        GateFailed: when a critical expectation fails.
    """
    from cvplus.quality.gate import gate_tables

    settings = load_settings()
    with measured(dag_id, run_id, "gate_features"):
        gate_tables(settings.resolved_warehouse_url, FEATURE_SUITES, settings.home / "data_docs")
