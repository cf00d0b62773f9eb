"""Which window of each source a pass of the chain has to read."""

from datetime import datetime

import psycopg


def next_windows(
    connection: psycopg.Connection, sources: list[str], history_start: datetime, history_end: datetime
) -> dict[str, tuple[datetime, datetime]]:
    """Windows from where each source's accepted batches end up to ``history_end``.

    A source that has never delivered gets the whole history; one that is up to date gets no window.
    """
    rows = connection.execute(
        """
        select source, max(window_end) from ops.batches
        where state in ('accepted', 'released') group by source
        """
    ).fetchall()
    reached: dict[str, datetime] = dict(rows)
    windows = {}
    for source in sources:
        start = max(reached.get(source, history_start), history_start)
        if start < history_end:
            windows[source] = (start, history_end)
    return windows
