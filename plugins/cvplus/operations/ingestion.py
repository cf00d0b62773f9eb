"""What the ingest tasks do: land a window, load its batches, gate them."""

from datetime import datetime

from cvplus.errors import GateFailed, PlantError, Where
from cvplus.operations.runs import measured
from cvplus.settings import load_settings
from cvplus.sources.credentials import Credentials
from cvplus.warehouse.connection import connect

PRODUCT = "product"


def has_history(source: str) -> bool:
    """Whether any batch of a source has been accepted."""
    with connect() as connection:
        found = connection.execute(
            "select 1 from ops.batches where source = %s and state in ('accepted', 'released') limit 1",
            [source],
        ).fetchone()
    return found is not None


def land_source(
    source: str, start: datetime, end: datetime, credentials: Credentials, run_key: str, run_id: str
) -> list[str]:
    """Extract and land one window of every resource of a provider.

    A source that needs a key and has none is recorded as ``not_configured`` and gives no batch.

    Returns:
        Ids of the landed batches.

    Raises:
        PlantError: as the client says; what was landed before stays and is not read again by a retry.
    """
    from cvplus.lake.manifest import Window
    from cvplus.lake.store import open_lake
    from cvplus.operations.freshness import record_source_state
    from cvplus.sources.credentials import is_configured
    from cvplus.sources.land import land_resource
    from cvplus.sources.registry import load_sources
    from cvplus.warehouse.batches import register_landed

    declaration = load_sources()[source]
    lake = open_lake(load_settings().resolved_lake_url)
    landed = []
    with measured(f"ingest_{source}", run_id, "extract_and_land") as account:
        if not is_configured(declaration, credentials):
            with connect() as connection:
                record_source_state(connection, source, "not_configured", "It has no connection.")
            return []
        for name in declaration.resource_names():
            try:
                manifest = land_resource(
                    declaration, name, Window(start=start, end=end), credentials, lake, run_key
                )
            except PlantError as error:
                with connect() as connection:
                    record_source_state(connection, source, "failing", str(error))
                raise
            with connect() as connection:
                register_landed(connection, manifest)
            account.rows += manifest.rows_read
            account.api_calls += manifest.api_calls
            account.cache_hits += manifest.cache_hits
            landed.append(manifest.batch_id)
        with connect() as connection:
            record_source_state(connection, source, "configured", None)
    return landed


def land_product_exports(start: datetime, end: datetime, run_key: str, run_id: str) -> list[str]:
    """Land one window of every product export, personal data split off before anything is written.

    Returns:
        Ids of the landed batches; an entity without a drop in the window gives none.
    """
    from cvplus.exports.land import land_product
    from cvplus.exports.registry import load_entities
    from cvplus.lake.manifest import Window
    from cvplus.lake.store import open_lake
    from cvplus.privacy.keys import SubjectKeyring, load_master_key
    from cvplus.warehouse.batches import register_landed

    settings = load_settings()
    lake = open_lake(settings.resolved_lake_url)
    window = Window(start=start, end=end)
    landed = []
    with measured("ingest_product", run_id, "extract_and_land") as account, connect() as connection:
        keyring = SubjectKeyring(connection, load_master_key(settings))
        for entity in load_entities():
            manifests = land_product(entity, window, settings.resolved_exports_url, lake, keyring, run_key)
            for manifest in manifests:
                register_landed(connection, manifest)
                account.rows += manifest.rows_read
                landed.append(manifest.batch_id)
            connection.commit()
    return landed


def load_batches(batch_ids: list[str], dag_id: str, run_id: str) -> list[str]:
    """Load landed batches into raw, each in one transaction with its account; returns the same ids."""
    from cvplus.exports.seal import opener
    from cvplus.lake.store import open_lake
    from cvplus.privacy.keys import SubjectKeyring, load_master_key
    from cvplus.warehouse.batches import get_batch
    from cvplus.warehouse.declared import resource_named
    from cvplus.warehouse.load import load_batch

    settings = load_settings()
    lake = open_lake(settings.resolved_lake_url)
    with measured(dag_id, run_id, "load") as account:
        for batch_id in batch_ids:
            with connect() as connection:
                batch = get_batch(connection, batch_id)
                decode = None
                if batch.source == PRODUCT:
                    decode = opener(SubjectKeyring(connection, load_master_key(settings)))
                manifest = lake.read_manifest(batch.lake_path)
                counts = load_batch(
                    connection, lake, manifest, resource_named(batch.source, batch.resource), decode
                )
                account.rows += counts.loaded
    return batch_ids


def gate_loaded_batches(batch_ids: list[str], dag_id: str, run_id: str) -> list[str]:
    """Gate loaded batches.

    Returns:
        Ids of the accepted batches that hold at least one row that was not there before.

    Raises:
        GateFailed: when every batch was quarantined, so that the run is red; one bad batch among good
            ones raises an alert instead and the good ones go on.
    """
    if not batch_ids:
        return []
    from cvplus.quality.gate import gate_batches

    settings = load_settings()
    with measured(dag_id, run_id, "gate") as account:
        outcomes = gate_batches(settings.resolved_warehouse_url, batch_ids, settings.home / "data_docs")
        accepted = [outcome.batch_id for outcome in outcomes if outcome.is_accepted]
        account.rows = len(accepted)
        if not accepted:
            worst = outcomes[0]
            raise GateFailed(
                cause=f"All {len(outcomes)} batches were quarantined; the first because {worst.reason}.",
                remedy=f"Look at {worst.docs_path}, then release or replay it (docs/quarantine.md).",
                where=Where(batch_id=worst.batch_id),
            )
    with connect() as connection:
        rows = connection.execute(
            "select batch_id from ops.batches where batch_id = any(%s) and rows_loaded > 0 order by batch_id",
            [accepted],
        ).fetchall()
    return [batch_id for (batch_id,) in rows]
