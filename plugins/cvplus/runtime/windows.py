"""Which window of each source a pass of the chain has to read."""

from datetime import datetime

import psycopg

from cvplus.errors import SourceUnavailable


def next_windows(
    connection: psycopg.Connection, sources: list[str], history_start: datetime, history_end: datetime
) -> dict[str, tuple[datetime, datetime]]:
    """Windows from where each source's accepted batches end up to ``history_end``.

    A source that has never delivered gets the whole history; one that is up to date gets no window. Where
    the provider gave no answer to some of what it was asked, not longer than a day ago, the last window of
    that resource is read once more: the next one of a weekly source is a week away. Of what has been dead for
    longer nothing is expected.
    """
    rows = connection.execute(
        """
        select source, max(window_end) from ops.batches
        where state in ('accepted', 'released') group by source
        """
    ).fetchall()
    reached: dict[str, datetime] = dict(rows)
    unanswered = connection.execute(
        """
        select failed.source, min(last_batch.window_start)
        from (
            select distinct source, resource from ops.failed_asks
            where reason_code = %s and first_failed_at > now() - interval '1 day'
        ) as failed
        cross join lateral (
            select window_start from ops.batches
            where
                batches.source = failed.source and batches.resource = failed.resource
                and state in ('accepted', 'released')
            order by window_end desc, fetched_at desc
            limit 1
        ) as last_batch
        group by failed.source
        """,
        [SourceUnavailable.code],
    ).fetchall()
    for source, window_start in unanswered:
        reached[source] = min(reached[source], window_start)
    windows = {}
    for source in sources:
        start = max(reached.get(source, history_start), history_start)
        if start < history_end:
            windows[source] = (start, history_end)
    return windows
