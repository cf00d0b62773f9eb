"""What a resource was asked for in vain (``ops.failed_asks``), and where its next walk begins."""

import psycopg

from cvplus.sources.progress import Progress


def read_progress(connection: psycopg.Connection, source: str, resource: str) -> Progress:
    """What the walks before left: where to begin, and which asks failed."""
    row = connection.execute(
        "select next_ask from ops.source_states where source = %s and resource = %s", [source, resource]
    ).fetchone()
    failed = connection.execute(
        "select ask from ops.failed_asks where source = %s and resource = %s", [source, resource]
    ).fetchall()
    return Progress(begin_at=row[0] if row else None, known=frozenset(ask for (ask,) in failed))


def record_progress(connection: psycopg.Connection, source: str, resource: str, progress: Progress) -> None:
    """Keep how far the walks came; what has answered again, or is not asked for any more, is forgotten."""
    if not progress.asked:
        return
    names = {"source": source, "resource": resource}
    connection.cursor().executemany(
        """
        insert into ops.failed_asks (source, resource, ask, reason_code, reason)
        values (%(source)s, %(resource)s, %(ask)s, %(code)s, %(cause)s)
        on conflict (source, resource, ask) do update set
            reason_code = excluded.reason_code, reason = excluded.reason, last_failed_at = now()
        """,
        [
            {**names, "ask": ask, "code": error.code, "cause": error.cause}
            for ask, error in progress.failed.items()
        ],
    )
    is_whole = progress.stopped_before is None
    connection.execute(
        """
        delete from ops.failed_asks
        where source = %(source)s and resource = %(resource)s
            and (ask = any(%(recovered)s) or (%(is_whole)s and ask <> all(%(failed)s)))
        """,
        {
            **names,
            "recovered": list(progress.recovered),
            "failed": list(progress.failed),
            "is_whole": is_whole,
        },
    )
    connection.execute(
        """
        insert into ops.source_states (source, resource, state, next_ask)
        values (%(source)s, %(resource)s, 'configured', %(next_ask)s)
        on conflict (source, resource) do update set next_ask = excluded.next_ask
        """,
        {**names, "next_ask": progress.stopped_before},
    )
