"""The gate: write, audit, publish. A batch is accepted or not; a table passes or stops its readers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg

from cvplus.errors import GateFailed
from cvplus.quality.data_docs import write_index
from cvplus.quality.gate_records import (
    Verdict,
    existing_outcome,
    rejected_share_check,
    settle_batch,
    settle_table,
)
from cvplus.quality.gate_validation import Target, Validation, validate
from cvplus.quality.presence import count_presence, history_checks, keep_presence, table_history_checks
from cvplus.quality.suites import find_table_suite, load_suite
from cvplus.warehouse.batches import Batch, BatchStateConflict, State, get_batch
from cvplus.warehouse.connection import connect


@dataclass(frozen=True)
class GateOutcome:
    """What the gate says of one batch.

    ``reason`` is a sentence part ("tags: …"), ``failed`` names the failed checks, ``docs_path`` is the
    page in Data Docs (none when there were no new rows to validate).
    """

    batch_id: str
    state: State
    reason: str | None
    failed: list[str]
    docs_path: str | None

    @property
    def is_accepted(self) -> bool:
        """Whether staging sees the batch."""
        return self.state in ("accepted", "released")


def gate_batches(connection_url: str, batch_ids: Iterable[str], docs_folder: Path) -> list[GateOutcome]:
    """Validate loaded batches and set each to ``accepted`` or ``quarantined``, in one pass.

    A critical failure, or more rejected records than the suite allows, quarantines a batch; a warning is
    recorded and raises an alert. A batch that was gated before keeps its verdict. When a batch goes
    into quarantine, batches that delivered some of the same records take them over and are gated anew;
    they appear in the answer too.

    Args:
        connection_url: of the warehouse; loaded batches must be committed.
        batch_ids: the batches to gate.
        docs_folder: root of the Data Docs.

    Returns:
        One outcome a batch, those asked for first. Whether a quarantined one is a failure is the
        caller's decision.

    Raises:
        ConfigurationError: a suite is missing or faulty; no batch has changed its state then.
        BatchStateConflict: a batch has not been loaded.
        WarehouseUnavailable: the warehouse went away; run again.
    """
    outcomes: dict[str, GateOutcome] = {}
    waiting = list(dict.fromkeys(batch_ids))
    if not waiting:
        return []
    with connect(connection_url) as connection:
        while waiting:
            decided, waiting = _gate_once(connection, connection_url, waiting, docs_folder)
            outcomes |= decided
        write_index(connection, docs_folder)
    return list(outcomes.values())


def gate_tables(connection_url: str, tables: Iterable[str], docs_folder: Path) -> None:
    """Validate whole tables (features, predictions, marts) with their suites, in one pass.

    Raises:
        GateFailed: a critical expectation failed in one of them, once all have been validated.
        ConfigurationError: a suite is missing or faulty.
        WarehouseUnavailable: the warehouse went away; run again.
    """
    suites = [find_table_suite(table) for table in tables]
    validations = validate(
        connection_url, [Target(suite.name, suite, suite.query()) for suite in suites], docs_folder
    )
    refused = []
    with connect(connection_url) as connection:
        for suite in suites:
            validation, run_id = validations[suite.name], _run_id()
            counted = count_presence(connection, suite)
            checks = table_history_checks(connection, suite, counted)
            verdict = Verdict.of([*checks, *validation.checks])
            settle_table(connection, run_id, validation, verdict)
            if verdict.is_critical:
                refused.append(f"{suite.name}: {verdict.reason}")
            else:
                keep_presence(connection, suite, run_id, counted)
        write_index(connection, docs_folder)
    if refused:
        raise GateFailed(
            cause=f"{len(refused)} of {len(suites)} tables failed: {'; '.join(refused)}.",
            remedy=f"Open {docs_folder / 'index.html'}, then see docs/runbooks/table_refused.md.",
        )


def _gate_once(
    connection: psycopg.Connection, connection_url: str, batch_ids: list[str], docs_folder: Path
) -> tuple[dict[str, GateOutcome], list[str]]:
    """Gate these batches; returns the outcomes and the batches that must be gated (again) after it."""
    outcomes: dict[str, GateOutcome | None] = dict.fromkeys(batch_ids)
    batches = [get_batch(connection, batch_id) for batch_id in batch_ids]
    suites = {batch.table: load_suite("raw", batch.table) for batch in batches}
    connection.commit()
    open_batches = []
    for batch in batches:
        if batch.state == "landed":
            raise BatchStateConflict(
                cause="The batch has landed and was never loaded, so there is nothing to gate.",
                remedy="Run the load task first.",
                where=batch.where,
            )
        if batch.state == "loaded":
            open_batches.append(batch)
        else:
            outcomes[batch.batch_id] = _recorded(connection, batch, docs_folder)
    validations = validate(
        connection_url,
        [
            Target(batch.batch_id, suites[batch.table], suites[batch.table].query(batch.batch_id))
            for batch in open_batches
            if batch.rows_loaded
        ],
        docs_folder,
    )
    verdicts = {}
    for batch in open_batches:
        suite = suites[batch.table]
        counted = count_presence(connection, suite, batch.batch_id) if batch.rows_loaded else {}
        checks = [rejected_share_check(batch, suite), *history_checks(connection, suite, batch, counted)]
        if batch.batch_id in validations:
            checks += validations[batch.batch_id].checks
        verdicts[batch.batch_id] = Verdict.of(checks)
        keep_presence(connection, suite, batch.batch_id, counted)
    again: list[str] = []
    # Quarantines first: what they hand over must be gated before its receiver is accepted.
    for batch in sorted(open_batches, key=lambda batch: not verdicts[batch.batch_id].is_critical):
        if batch.batch_id in again:
            continue
        verdict = verdicts[batch.batch_id]
        docs_path = _docs_path(validations.get(batch.batch_id))
        receivers = settle_batch(connection, _run_id(), batch, verdict, docs_path)
        if receivers is None:
            again.append(batch.batch_id)
        else:
            again += [receiver for receiver in receivers if receiver not in again]
            outcomes[batch.batch_id] = GateOutcome(
                batch.batch_id,
                verdict.state,
                verdict.reason,
                verdict.failed_names,
                str(docs_folder / docs_path) if docs_path else None,
            )
        connection.commit()
    return {name: outcome for name, outcome in outcomes.items() if outcome is not None}, again


def _recorded(connection: psycopg.Connection, batch: Batch, docs_folder: Path) -> GateOutcome:
    """The outcome of a batch that was gated before."""
    failed, docs_path = existing_outcome(connection, batch.batch_id)
    return GateOutcome(
        batch.batch_id,
        batch.state,
        batch.state_reason,
        failed,
        str(docs_folder / docs_path) if docs_path else None,
    )


def _docs_path(validation: Validation | None) -> str | None:
    return validation.docs_path if validation else None


def _run_id() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:12]}"
