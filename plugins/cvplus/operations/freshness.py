"""How fresh each resource is: the declarations behind the view ``ops.freshness``, and alarms on it.

The view measures the *data* (when the last batch with records was fetched), never whether a run was green.
"""

from collections.abc import Iterable
from typing import Literal

import psycopg

from cvplus.operations.alerts import Rule, close_alert, raise_alert
from cvplus.resources import Resource

SourceState = Literal["configured", "not_configured", "failing"]

_ALARMS: dict[str, tuple[Rule, str]] = {
    "stale": ("source_stale", "has not been fetched for longer than it may be"),
    "silent": ("source_silent", "is asked and brings no records"),
    "failing": ("source_failing", "cannot be read"),
}


def register_sources(
    connection: psycopg.Connection, resources: Iterable[Resource], state: SourceState = "configured"
) -> None:
    """Make the freshness view know these resources; the state of those it knows already is kept."""
    connection.cursor().executemany(
        """
        insert into ops.source_states (source, resource, state, stale_after_hours)
        values (%s, %s, %s, %s)
        on conflict (source, resource) do update set stale_after_hours = excluded.stale_after_hours
        """,
        [(resource.source, resource.name, state, resource.stale_after_hours) for resource in resources],
    )


def record_source_state(
    connection: psycopg.Connection, source: str, state: SourceState, message: str | None
) -> None:
    """Set the state of every registered resource of a source; ``message`` says why, for people."""
    connection.execute(
        """
        update ops.source_states set state = %(state)s, message = %(message)s, changed_at = now()
        where source = %(source)s and (state, message) is distinct from (%(state)s, %(message)s)
        """,
        {"source": source, "state": state, "message": message},
    )


def raise_freshness_alerts(connection: psycopg.Connection) -> list[str]:
    """Open an incident for each resource that is stale, silent or failing; close those that have recovered.

    Returns:
        The subjects (``source.resource``) of the open incidents.
    """
    rows = connection.execute(
        """
        select source, resource, freshness.state, age, message
        from ops.freshness left join ops.source_states using (source, resource)
        order by source, resource
        """
    ).fetchall()
    alarmed = []
    for source, resource, state, age, message in rows:
        subject = f"{source}.{resource}"
        for name, (rule, finding) in _ALARMS.items():
            if name != state:
                close_alert(connection, rule, subject)
                continue
            last = f"Its newest data is {age} old." if age is not None else "It has never brought data."
            detail = f" {message}" if message else ""
            raise_alert(connection, rule, subject, "warning", f"{subject} {finding}. {last}{detail}")
            alarmed.append(subject)
    return alarmed
