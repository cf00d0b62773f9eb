"""What reading a provider took: rows of ``ops.api_usage``."""

import psycopg

from cvplus.operations.runs import RunAccount
from cvplus.sources.usage import Usage


def record_usage(
    connection: psycopg.Connection, source: str, resource: str, run_id: str, usage: Usage
) -> None:
    """Add what one resource took in one run to the row of the current UTC day; a later try adds to it."""
    connection.execute(
        """
        insert into ops.api_usage (
            source, resource, run_id, day, calls, retried, throttled, cache_hits, not_modified, bytes,
            cost_usd
        )
        values (
            %(source)s, %(resource)s, %(run_id)s, (now() at time zone 'UTC')::date, %(calls)s, %(retried)s,
            %(throttled)s, %(cache_hits)s, %(not_modified)s, %(bytes)s, %(cost_usd)s
        )
        on conflict (source, resource, run_id, day) do update set
            calls = api_usage.calls + excluded.calls,
            retried = api_usage.retried + excluded.retried,
            throttled = api_usage.throttled + excluded.throttled,
            cache_hits = api_usage.cache_hits + excluded.cache_hits,
            not_modified = api_usage.not_modified + excluded.not_modified,
            bytes = api_usage.bytes + excluded.bytes,
            cost_usd = api_usage.cost_usd + excluded.cost_usd,
            recorded_at = now()
        """,
        {
            "source": source,
            "resource": resource,
            "run_id": run_id,
            "calls": usage.calls,
            "retried": usage.retried,
            "throttled": usage.throttled,
            "cache_hits": usage.cache_hits,
            "not_modified": usage.not_modified,
            "bytes": usage.bytes,
            "cost_usd": usage.cost_usd,
        },
    )


def add_usage(connection: psycopg.Connection, source: str, run_id: str, account: RunAccount) -> None:
    """Fill a task's account with what all tries of the run took of a source."""
    ((account.api_calls, account.cache_hits, cost_usd),) = connection.execute(
        """
        select
            coalesce(sum(calls), 0)::bigint, coalesce(sum(cache_hits), 0)::bigint, coalesce(sum(cost_usd), 0)
        from ops.api_usage where source = %s and run_id = %s
        """,
        [source, run_id],
    ).fetchall()
    account.cost_usd = float(cost_usd)
