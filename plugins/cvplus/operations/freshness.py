"""How fresh each resource is: the declarations behind the view ``ops.freshness``, and alarms on it.

The view measures the *data* (when the last batch with records was fetched, and of what time it speaks),
never whether a run was green.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

import psycopg

from cvplus.errors import AccessRefused, PlantError, QuotaExhausted, SourceUnavailable
from cvplus.operations.alerts import Rule, close_alert, raise_alert
from cvplus.resources import Resource

SourceState = Literal["configured", "not_configured", "failing"]
# What a provider can do to us, and not we to ourselves: the last good answer serves meanwhile.
OUTAGES = (SourceUnavailable, QuotaExhausted, AccessRefused)

_ALARMS: dict[str, tuple[Rule, str]] = {
    "stale": ("source_stale", "is older than it may be"),
    "silent": ("source_silent", "is asked and brings no records"),
    "failing": ("source_failing", "cannot be read"),
}
_OUTAGE_FINDINGS = {
    "stale": "is served from its last good answer, because no new one can be had",
    "silent": "has dropped out: no new answer can be had, and the last good one is past its time to live",
}


def register_sources(
    connection: psycopg.Connection, resources: Iterable[Resource], state: SourceState = "configured"
) -> None:
    """Make the freshness view know these resources; the state of those it knows already is kept."""
    connection.cursor().executemany(
        """
        insert into ops.source_states (source, resource, state, stale_after_hours, data_stale_after_hours)
        values (%s, %s, %s, %s, %s)
        on conflict (source, resource) do update set
            stale_after_hours = excluded.stale_after_hours,
            data_stale_after_hours = excluded.data_stale_after_hours
        """,
        [
            (
                resource.source,
                resource.name,
                state,
                resource.stale_after_hours,
                resource.data_stale_after_hours,
            )
            for resource in resources
        ],
    )


def record_source_state(
    connection: psycopg.Connection,
    source: str,
    state: SourceState,
    message: str | None,
    resources: Sequence[str] | None = None,
) -> None:
    """Set the state of a source's registered resources, or those named; ``message`` says why, for people."""
    connection.execute(
        """
        update ops.source_states
        set state = %(state)s, message = %(message)s, outage_code = null, changed_at = now()
        where source = %(source)s and resource = any(coalesce(%(resources)s::text[], array[resource]))
            and (state, message, outage_code) is distinct from (%(state)s, %(message)s, null)
        """,
        {
            "source": source,
            "state": state,
            "message": message,
            "resources": None if resources is None else list(resources),
        },
    )


def record_resource_state(
    connection: psycopg.Connection, source: str, resource: str, error: PlantError | None, time_to_live: float
) -> None:
    """Set the state of one resource after it was read, or could not be.

    Args:
        error: why no new answer came; ``None`` when one did. An outage (:data:`OUTAGES`) lets the last good
            answer serve for ``time_to_live`` hours; any other error is a fault.
    """
    connection.execute(
        """
        insert into ops.source_states (source, resource, state, message, outage_code, time_to_live_hours)
        values (%(source)s, %(resource)s, %(state)s, %(message)s, %(outage_code)s, %(time_to_live)s)
        on conflict (source, resource) do update set
            state = excluded.state, message = excluded.message, outage_code = excluded.outage_code,
            time_to_live_hours = excluded.time_to_live_hours, changed_at = now()
        """,
        {
            "source": source,
            "resource": resource,
            "state": "configured" if error is None else "failing",
            "message": None if error is None else str(error),
            "outage_code": error.code if isinstance(error, OUTAGES) else None,
            "time_to_live": time_to_live,
        },
    )


def is_served(connection: psycopg.Connection, source: str, resource: str) -> bool:
    """Whether a resource that cannot be read has a last good answer that still serves."""
    found = connection.execute(
        "select 1 from ops.freshness where source = %s and resource = %s and state = 'stale'",
        [source, resource],
    ).fetchone()
    return found is not None


def raise_freshness_alerts(connection: psycopg.Connection) -> list[str]:
    """Open an incident for each resource that is stale, silent or failing; close those that have recovered.

    Returns:
        The subjects (``source.resource``) of the open incidents.
    """
    rows = connection.execute(
        """
        select source, resource, freshness.state, age, data_age, coalesce(message, stale_reason),
            outage_code is not null
        from ops.freshness left join ops.source_states using (source, resource)
        order by source, resource
        """
    ).fetchall()
    alarmed = []
    for source, resource, state, age, data_age, message, is_outage in rows:
        subject = f"{source}.{resource}"
        for name, (rule, finding) in _ALARMS.items():
            if name != state:
                close_alert(connection, rule, subject)
                continue
            if is_outage:
                finding = _OUTAGE_FINDINGS[name]
            last = "It has never brought data."
            if age is not None:
                last = f"It last brought data {age} ago; they reach up to {data_age} ago."
            detail = f" Why: {message}" if message else ""
            raise_alert(connection, rule, subject, "warning", f"{subject} {finding}. {last}{detail}")
            alarmed.append(subject)
    return alarmed
