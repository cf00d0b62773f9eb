"""What the gate writes down: results, states and alerts, each verdict in one transaction."""

from dataclasses import dataclass

import psycopg
from psycopg.types.json import Jsonb

from cvplus.operations.alerts import close_alert, raise_alert
from cvplus.quality.gate_validation import Check, Validation
from cvplus.quality.suites import ExpectationRule, Suite
from cvplus.warehouse.batches import Batch, State, get_batch, lock_resource
from cvplus.warehouse.duplicates import hand_over, settle_accepted

REJECTED_SHARE = "batch_rejected_share"


@dataclass(frozen=True)
class Verdict:
    """All checks of a batch or a table, and what follows from the worst that failed."""

    checks: list[Check]
    failed: list[Check]
    is_critical: bool

    @classmethod
    def of(cls, checks: list[Check]) -> "Verdict":
        """The verdict on these checks."""
        failed = [check for check in checks if not check.is_passed]
        return cls(checks, failed, any(check.rule.severity == "critical" for check in failed))

    @property
    def state(self) -> State:
        """The state that a batch takes."""
        return "quarantined" if self.is_critical else "accepted"

    @property
    def failed_names(self) -> list[str]:
        """Names of the failed checks."""
        return [check.rule.name for check in self.failed]

    @property
    def reason(self) -> str | None:
        """The worst failure in words, with how many more there are; ``None`` when all passed."""
        if not self.failed:
            return None
        worst = min(self.failed, key=lambda check: check.rule.severity != "critical")
        more = f", and {len(self.failed) - 1} more" if len(self.failed) > 1 else ""
        return f"{worst.rule.name} found {worst.observed}: {worst.rule.meaning.rstrip('.')}{more}"


def rejected_share_check(batch: Batch, suite: Suite) -> Check:
    """The rule on a whole batch: at most a share (the suite's) of what was read may be rejected.

    Where a file was cut counts for nothing, unless it is all that the batch has: what lies before a cut is as
    good as ever, and the batch is flagged as partial.
    """
    limit = suite.rejected_share
    read, rejected = batch.rows_read, batch.rows_rejected or 0
    if read > batch.files_cut:
        read, rejected = read - batch.files_cut, rejected - batch.files_cut
    share = rejected / read if read else 0.0
    rule = ExpectationRule(
        type="expect_rejected_share_to_be_at_most",
        kwargs={"limit": limit.limit},
        severity=limit.severity,
        meaning=limit.meaning,
        action=limit.action,
    )
    return Check(rule, share <= limit.limit, f"{rejected} of {read} rows rejected ({share:.1%})")


def settle_batch(
    connection: psycopg.Connection, gate_run_id: str, batch: Batch, verdict: Verdict, docs_path: str | None
) -> list[str] | None:
    """Write the verdict on a loaded batch: results, state, alerts. The caller commits.

    Returns:
        Ids of the batches that took over records from it and must be gated (again), or ``None``, with
        nothing written, when the batch has changed since it was validated.
    """
    lock_resource(connection, batch.source, batch.resource)
    if get_batch(connection, batch.batch_id, lock=True) != batch:
        return None
    _write_results(connection, gate_run_id, f"raw.{batch.table}", verdict, docs_path, batch_id=batch.batch_id)
    connection.execute(
        "update ops.batches set state = %s, state_reason = %s, gated_at = now() where batch_id = %s",
        [verdict.state, verdict.reason, batch.batch_id],
    )
    subject = f"{batch.source}.{batch.resource}"
    page = f" Data Docs: {docs_path}." if docs_path else ""
    if verdict.is_critical:
        raise_alert(connection, "batch_quarantined", batch.batch_id, "critical", f"{verdict.reason}.{page}")
        return hand_over(connection, batch)
    close_alert(connection, "batch_quarantined", batch.batch_id)
    if verdict.failed:
        message = f"{batch.batch_id}: {verdict.reason}.{page}"
        raise_alert(connection, "batch_warning", subject, "warning", message)
    elif batch.rows_loaded:
        close_alert(connection, "batch_warning", subject)
    settle_accepted(connection, batch)
    return []


def settle_table(
    connection: psycopg.Connection, gate_run_id: str, validation: Validation, verdict: Verdict
) -> None:
    """Write the verdict on a table: results and alerts. The caller commits."""
    name = validation.target.name
    _write_results(connection, gate_run_id, name, verdict, validation.docs_path, table_name=name)
    message = f"{verdict.reason}. Data Docs: {validation.docs_path}."
    has_warning = bool(verdict.failed) and not verdict.is_critical
    if verdict.is_critical:
        raise_alert(connection, "table_refused", name, "critical", message)
    else:
        close_alert(connection, "table_refused", name)
    if has_warning:
        raise_alert(connection, "table_warning", name, "warning", message)
    else:
        close_alert(connection, "table_warning", name)


def existing_outcome(connection: psycopg.Connection, batch_id: str) -> tuple[list[str], str | None]:
    """Failed checks and Data Docs page of the latest gate run on a batch."""
    rows = connection.execute(
        """
        select expectation, is_passed, docs_path from ops.gate_results
        where gate_run_id = (
            select gate_run_id from ops.gate_results where batch_id = %s order by checked_at desc limit 1
        )
        order by expectation
        """,
        [batch_id],
    ).fetchall()
    return [name for name, is_passed, _ in rows if not is_passed], rows[0][2] if rows else None


def _write_results(
    connection: psycopg.Connection,
    gate_run_id: str,
    suite: str,
    verdict: Verdict,
    docs_path: str | None,
    batch_id: str | None = None,
    table_name: str | None = None,
) -> None:
    connection.cursor().executemany(
        """
        insert into ops.gate_results (
            gate_run_id, suite, expectation, severity, meaning, observed, is_passed,
            batch_id, table_name, failing_keys, docs_path
        )
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            (
                gate_run_id,
                suite,
                check.rule.name,
                check.rule.severity,
                check.rule.meaning,
                check.observed,
                check.is_passed,
                batch_id,
                table_name,
                Jsonb(check.failing_keys),
                docs_path,
            )
            for check in verdict.checks
        ],
    )
