"""Asking again while a part of the plant that died is being brought back."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from rich.console import Console

from cvplus.errors import PermanentError, TransientError
from cvplus.runtime.services import WATCHER, dead_services, last_words, service_log
from cvplus.runtime.watcher import given_up, start_watcher

POLL_SECONDS = 1.0
# A part that died is back within a fraction of this, also on a busy machine.
PATIENCE_SECONDS = 300
T = TypeVar("T")


class ChainFailed(PermanentError):
    """A run of the chain failed, or a part of the plant that it needs."""

    code = "chain_failed"


@dataclass
class Patience:
    """Asks the services of a home, and looks after them meanwhile.

    ``environment`` is that of the services, for bringing back what brings them back.
    """

    home: Path
    console: Console
    environment: dict[str, str]
    _dead: set[str] = field(default_factory=set)

    def ask(self, question: Callable[[], T]) -> T:
        """What a call gives; while a part that died is being brought back, it is made again.

        Raises:
            ChainFailed: a part is given up.
            TransientError: Airflow or the warehouse did not answer for five minutes.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.look_after_services()
            try:
                return question()
            except TransientError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(POLL_SECONDS)

    def look_after_services(self) -> None:
        """Say which part of the plant has died and is being brought back, once a death.

        Raises:
            ChainFailed: a part dies again and again; what waits for it would wait for ever.
        """
        lost = given_up(self.home)
        if lost:
            logs = ", ".join(str(service_log(self.home, name)) for name in lost)
            raise ChainFailed(
                cause=f"{' and '.join(lost)} died again and again: {last_words(self.home, lost[0])}.",
                remedy=f"Read the end of {logs} and mend the cause; `make run` goes on from here.",
            )
        dead = set(dead_services(self.home))
        for name in sorted(dead - self._dead):
            log = service_log(self.home, name)
            self.console.print(f"[yellow]{name} died; it is being brought back[/] ({log})")
        self._dead = dead
        if WATCHER in dead:
            start_watcher(self.home, self.environment)
