"""Alerts: one row in ``ops.alerts`` an incident, however often it is seen, with its runbook page."""

from typing import Literal
from uuid import uuid4

import psycopg

Severity = Literal["critical", "warning", "info"]
# Every rule has a page of its name in docs/runbooks; a test keeps it so.
Rule = Literal[
    "batch_quarantined",
    "batch_warning",
    "table_refused",
    "table_warning",
    "source_stale",
    "source_silent",
    "source_failing",
    "source_budget",
    "model_refused",
    "model_unreadable",
    "feature_missing",
    "input_departed",
    "linking_capped",
]


def runbook_page(rule: str) -> str:
    """Path of a rule's page in the manual."""
    return f"docs/runbooks/{rule}.md"


def raise_alert(
    connection: psycopg.Connection, rule: Rule, subject: str, severity: Severity, message: str
) -> str:
    """Open an incident, or note that the open one of the same rule and subject was seen again.

    Args:
        connection: to the warehouse; the caller commits.
        rule: what kind of incident; names the runbook page.
        subject: what it is about (a batch, a table, ``source.resource``).
        severity: of this sighting; the incident shows the latest.
        message: a full sentence for people.

    Returns:
        The incident's id.
    """
    ((alert_id,),) = connection.execute(
        """
        insert into ops.alerts (alert_id, rule, severity, subject, message, runbook)
        values (%s, %s, %s, %s, %s, %s)
        on conflict (rule, subject) where state = 'open' do update set
            severity = excluded.severity, message = excluded.message,
            last_seen_at = now(), seen_count = alerts.seen_count + 1
        returning alert_id
        """,
        [uuid4().hex, rule, severity, subject, message, runbook_page(rule)],
    ).fetchall()
    return str(alert_id)


def close_alert(connection: psycopg.Connection, rule: Rule, subject: str) -> bool:
    """Close the open incident of a rule and subject; ``False`` when there is none."""
    closed = connection.execute(
        "update ops.alerts set state = 'closed' where rule = %s and subject = %s and state = 'open'",
        [rule, subject],
    )
    return closed.rowcount > 0
