"""What the ingest tasks do: land a window, load its batches, gate them."""

import logging
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING

from cvplus.errors import GateFailed, PlantError, TransientError, Where
from cvplus.operations.freshness import OUTAGES
from cvplus.operations.runs import measured
from cvplus.settings import load_settings
from cvplus.sources.credentials import Credentials
from cvplus.warehouse.connection import connect
from cvplus.warehouse.roles import PRIVACY

if TYPE_CHECKING:
    from cvplus.lake.manifest import Manifest, Window
    from cvplus.sources.declaration import SourceDeclaration

PRODUCT = "product"
log = logging.getLogger(__name__)


def has_history(source: str) -> bool:
    """Whether any batch of a source has been accepted."""
    with connect() as connection:
        found = connection.execute(
            "select 1 from ops.batches where source = %s and state in ('accepted', 'released') limit 1",
            [source],
        ).fetchone()
    return found is not None


def land_source(
    source: str,
    start: datetime,
    end: datetime,
    credentials: Credentials,
    run_key: str,
    run_id: str,
    *,
    is_last_try: bool = True,
) -> list[str]:
    """Extract and land one window of every resource of a provider; no resource waits for another.

    A source that needs a key and has none is recorded as ``not_configured`` and gives no batch; so is a
    resource that needs what the others do not. A resource whose provider is down, out of quota or budget, or
    refuses the key gives none either: its last good answer serves, and ``ops.freshness`` says so
    (docs/providers_down.md).

    A resource that is at fault (a wrong declaration, every board of it gone) does not hold the others up
    either: what was landed goes on, and the fault is the resource's state. While there are tries left
    (``is_last_try``), a fault that may pass ends the try, so that another is made.

    Returns:
        Ids of the landed batches.

    Raises:
        PlantError: a fault of ours (a wrong declaration or request), a malformed answer, or an outage while
            nothing was landed; an outage only where nothing serves. What was landed stays and is not read
            again by a retry.
    """
    from cvplus.lake.manifest import Window
    from cvplus.operations.freshness import is_served, record_source_state
    from cvplus.operations.usage import add_usage
    from cvplus.sources.credentials import configured_resources, is_configured
    from cvplus.sources.registry import load_sources

    declaration = load_sources()[source]
    window = Window(start=start, end=end)
    landed: list[str] = []
    faults: list[PlantError] = []
    unserved: list[PlantError] = []
    with measured(f"ingest_{source}", run_id, "extract_and_land") as account:
        if not is_configured(declaration, credentials):
            with connect() as connection:
                record_source_state(connection, source, "not_configured", "It has no connection.")
            return []
        configured = configured_resources(declaration, credentials)
        off = [name for name in declaration.resource_names() if name not in configured]
        with connect() as connection:
            record_source_state(connection, source, "not_configured", "The connection lacks its key.", off)
        for name in configured:
            manifest, error = _land_resource(declaration, name, window, credentials, run_key, run_id)
            if manifest is not None:
                account.rows += manifest.rows_read
                landed.append(manifest.batch_id)
            with connect() as connection:
                add_usage(connection, source, run_id, account)
                if error is None or manifest is not None:
                    continue
                if not isinstance(error, OUTAGES):
                    faults.append(error)
                elif not is_served(connection, source, name):
                    unserved.append(error)
        passing = [] if is_last_try else [error for error in faults if isinstance(error, TransientError)]
        red = passing or ([] if landed else faults or unserved)
        if red:
            raise red[0]
    return landed


def _land_resource(
    declaration: "SourceDeclaration",
    name: str,
    window: "Window",
    credentials: Credentials,
    run_key: str,
    run_id: str,
) -> tuple["Manifest | None", PlantError | None]:
    """Land one resource and account for it.

    Returns:
        What was landed, and why no new answer came, if none did.
    """
    from cvplus.lake.store import open_lake
    from cvplus.operations.failed_asks import read_progress, record_progress
    from cvplus.operations.freshness import record_resource_state
    from cvplus.operations.spending import charger, load_budgets, watch_budget
    from cvplus.operations.usage import record_usage
    from cvplus.sources.land import land_resource, patient_options
    from cvplus.sources.usage import Usage
    from cvplus.warehouse.batches import register_landed

    settings, source, usage, budgets = load_settings(), declaration.source, Usage(), load_budgets()
    with connect() as connection:
        progress = read_progress(connection, source, name)
    charge = charger(source, declaration.cost, budgets)
    options = patient_options(charge=charge, usage=usage, progress=progress)
    manifest: Manifest | None = None
    error: PlantError | None = None
    try:
        manifest = land_resource(
            declaration, name, window, credentials, open_lake(settings.resolved_lake_url), run_key, options
        )
    except PlantError as failure:
        error = failure
    else:
        error = usage.outage
    finally:
        with connect() as connection:
            record_usage(connection, source, name, run_id, usage)
            record_progress(connection, source, name, progress)
            watch_budget(connection, source, declaration.cost, budgets)
    with connect() as connection:
        if manifest is not None:
            register_landed(connection, manifest)
        if error is not None or (manifest is not None and not manifest.is_stale):
            record_resource_state(connection, source, name, error, declaration.time_to_live_hours)
    if error is not None:
        log.warning("%s.%s gave no new answer: %s", source, name, error)
    return manifest, error


def land_product_exports(start: datetime, end: datetime, run_key: str, run_id: str) -> list[str]:
    """Land one window of every product export, personal data split off before anything is written.

    What lies under the exports' root and is not read is told in ``ops.unread_files`` first.

    Returns:
        Ids of the landed batches; an entity without a drop in the window gives none.
    """
    from cvplus.exports.drops import ExportsRoot, UnreadFile
    from cvplus.exports.land import land_product
    from cvplus.exports.registry import load_entities
    from cvplus.lake.manifest import Window
    from cvplus.lake.store import open_lake
    from cvplus.operations.unread import record_unread
    from cvplus.privacy.keys import SubjectKeyring, load_master_key
    from cvplus.warehouse.batches import register_landed

    settings = load_settings()
    exports_url = settings.resolved_exports_url
    lake = open_lake(settings.resolved_lake_url)
    window = Window(start=start, end=end)
    landed = []
    with (
        measured("ingest_product", run_id, "extract_and_land") as account,
        connect() as connection,
        connect(settings.warehouse_url_of(PRIVACY)) as vault,
    ):
        found = ExportsRoot(exports_url).everything()
        record_unread(connection, (file for file in found if isinstance(file, UnreadFile)))
        connection.commit()
        keyring = SubjectKeyring(vault, load_master_key(settings))
        for entity in load_entities():
            manifests = land_product(entity, window, exports_url, lake, keyring, run_key)
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
            with connect() as connection, ExitStack() as opened:
                batch = get_batch(connection, batch_id)
                decode = None
                if batch.source == PRODUCT:
                    vault = opened.enter_context(connect(settings.warehouse_url_of(PRIVACY)))
                    decode = opener(SubjectKeyring(vault, load_master_key(settings)))
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
                remedy=f"Look at {worst.docs_path or 'its records'}, "
                "then release or replay it (docs/quarantine.md).",
                where=Where(batch_id=worst.batch_id),
            )
    with connect() as connection:
        rows = connection.execute(
            "select batch_id from ops.batches where batch_id = any(%s) and rows_loaded > 0 order by batch_id",
            [accepted],
        ).fetchall()
    return [batch_id for (batch_id,) in rows]
