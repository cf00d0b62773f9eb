"""What each task cost: one row a task in ``ops.runs``, whether it ended well or not."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from cvplus.errors import WarehouseUnavailable
from cvplus.warehouse.connection import connect

_KIBIBYTE = 1024


@dataclass
class RunAccount:
    """What a task fills in while it works."""

    rows: int = 0
    api_calls: int = 0
    cache_hits: int = 0
    cost_usd: float = 0.0


@contextmanager
def measured(
    dag_id: str, run_id: str, task_id: str, connection_url: str | None = None
) -> Iterator[RunAccount]:
    """Time the block and write its row to ``ops.runs`` when it ends; a later try overwrites an earlier one.

    Seconds are wall clock; peak memory is the largest resident set of this process or of any child that
    it has waited for, in bytes. The row is written in a transaction of its own, so it also tells of
    a block that failed; if the warehouse is what failed, the block's own error is the one that is seen.
    """
    account = RunAccount()
    started = time.monotonic()
    try:
        yield account
    except BaseException:
        with suppress(WarehouseUnavailable):
            _write(account, dag_id, run_id, task_id, time.monotonic() - started, connection_url)
        raise
    _write(account, dag_id, run_id, task_id, time.monotonic() - started, connection_url)


def peak_memory_bytes() -> int:
    """Largest resident set so far of this process or of a child that it has waited for."""
    sizes = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(sizes) * _KIBIBYTE


def _write(
    account: RunAccount, dag_id: str, run_id: str, task_id: str, seconds: float, connection_url: str | None
) -> None:
    with connect(connection_url) as connection:
        connection.execute(
            """
            insert into ops.runs (
                dag_id, run_id, task_id, rows, seconds, peak_memory_bytes, api_calls, cache_hits, cost_usd
            )
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (dag_id, run_id, task_id) do update set
                rows = excluded.rows, seconds = excluded.seconds,
                peak_memory_bytes = excluded.peak_memory_bytes, api_calls = excluded.api_calls,
                cache_hits = excluded.cache_hits, cost_usd = excluded.cost_usd, finished_at = now()
            """,
            [
                dag_id,
                run_id,
                task_id,
                account.rows,
                seconds,
                peak_memory_bytes(),
                account.api_calls,
                account.cache_hits,
                account.cost_usd,
            ],
        )
