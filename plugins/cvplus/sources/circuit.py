"""A circuit breaker (M. Nygard, "Release It!", 2nd edition, 2018), shared by all processes of a machine.

Written here because the libraries that exist keep their state in a process, or ask for a Redis.
"""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from cvplus.errors import SourceUnavailable
from cvplus.sources.state_files import read_states

FAILURES_TO_OPEN = 5
COOL_DOWN_SECONDS = 900
_ENDING = ".circuit.sqlite"
_TABLE = """
create table if not exists circuit (
    only_row integer primary key check (only_row = 1), failures integer not null, opened_at real
)
"""


def open_circuits(folder: Path) -> dict[str, float]:
    """Sources whose circuit is open, each with the instant of the next probe (epoch seconds); reads only."""
    opened = read_states(folder, _ENDING, "select opened_at from circuit")
    return {source: instant + COOL_DOWN_SECONDS for source, instant in opened.items()}


class Circuit:
    """Closed: calls pass. Open, after :data:`FAILURES_TO_OPEN` failures in a row: none does but a probe.

    A failed probe opens it anew, one that succeeds closes it. ``folder``: where the state lives (``None``: in
    memory). ``clock`` gives epoch seconds.
    """

    def __init__(self, source: str, folder: Path | None, clock: Callable[[], float] = time.time) -> None:
        path = str(folder / f"{source}{_ENDING}") if folder else ":memory:"
        self._clock = clock
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._connection.execute(_TABLE)
        self._connection.execute("insert or ignore into circuit values (1, 0, null)")

    def check(self) -> None:
        """Let a call pass; behind an open circuit one in :data:`COOL_DOWN_SECONDS`, as a probe.

        Raises:
            SourceUnavailable: the circuit is open.
        """
        ((failures, opened_at),) = self._connection.execute("select failures, opened_at from circuit")
        if opened_at is None:
            return
        now = self._clock()
        if now >= opened_at + COOL_DOWN_SECONDS:
            claimed = self._connection.execute(
                "update circuit set opened_at = ? where opened_at = ?", [now, opened_at]
            )
            if claimed.rowcount:
                return
        raise SourceUnavailable(
            cause=f"The provider failed {failures} times in a row, so it is not asked; "
            f"the next probe may go in {max(0, opened_at + COOL_DOWN_SECONDS - now):.0f} s.",
            remedy="Wait and run the task again; the circuit closes with the first answer.",
        )

    def note(self, is_answered: bool) -> None:
        """Note how a call ended: with an answer of any kind, or without."""
        if is_answered:
            self._connection.execute("update circuit set failures = 0, opened_at = null where failures > 0")
            return
        self._connection.execute(
            "update circuit set failures = failures + 1, "
            "opened_at = case when failures + 1 >= ? then ? else opened_at end",
            [FAILURES_TO_OPEN, self._clock()],
        )

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
