"""Bring back what dies: a process beside the services of a home, started with them and stopped first.

``python -m cvplus.runtime.watcher <home>`` looks every two seconds. A service that died is started again
after a pause that doubles from one death to the next; one that dies too often in a short time is given up
and named, for a person has to mend it. What was seen stands in ``<home>/run/watcher.json`` and in the log.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cvplus.embedded import SUPERUSER, embedded_port, role_password
from cvplus.errors import PlantError
from cvplus.runtime.postgres import is_postgres_running, start_postgres, uses_postgres
from cvplus.runtime.services import (
    WATCHER,
    end_processes,
    last_words,
    running_services,
    start_process,
    started_services,
)

POLL_SECONDS = 2.0
FIRST_PAUSE_SECONDS = 1.0
# So many deaths within so long are no accident.
MOST_DEATHS = 5
DEATHS_SECONDS = 600.0
POSTGRES = "postgres"
log = logging.getLogger(__name__)


@dataclass
class Deaths:
    """What is known of the deaths of one service: their instants (seconds since 1970), newest last."""

    at: list[float] = field(default_factory=list)
    returns: int = 0
    is_given_up: bool = False

    def tell(self, now: float) -> None:
        """Count a death; too many in a short time, and the service is given up."""
        self.at = [instant for instant in self.at if instant > now - DEATHS_SECONDS] + [now]
        self.is_given_up = len(self.at) > MOST_DEATHS

    @property
    def pause_seconds(self) -> float:
        """How long to wait after the last death."""
        return FIRST_PAUSE_SECONDS * 2.0 ** (len(self.at) - 1)


@dataclass
class Watcher:
    """Looks after the services of one home."""

    home: Path
    environment: dict[str, str]
    clock: Callable[[], float] = time.time
    deaths: dict[str, Deaths] = field(default_factory=dict)
    _due: dict[str, float] = field(default_factory=dict)

    def look(self) -> None:
        """Look once: note who has died since, and start again whose pause is over."""
        dead = self._dead()
        for name in dead:
            known = self.deaths.setdefault(name, Deaths())
            if known.is_given_up or name in self._due:
                continue
            known.tell(self.clock())
            self._due[name] = self.clock() + known.pause_seconds
            if known.is_given_up:
                log.error(
                    "%s died %s times; it is given up: %s", name, len(known.at), last_words(self.home, name)
                )
            else:
                log.warning("%s died: %s", name, last_words(self.home, name))
            self._write()
        for name in dead:
            # What talks to Postgres would only die again.
            if POSTGRES in dead and name != POSTGRES:
                continue
            if not self.deaths[name].is_given_up and self.clock() >= self._due[name]:
                self._bring_back(name)
        self._due = {name: due for name, due in self._due.items() if name in dead}

    def _dead(self) -> list[str]:
        running = running_services(self.home)
        dead = [name for name in started_services(self.home) if name not in running and name != WATCHER]
        is_down = uses_postgres(self.home) and not is_postgres_running(self.home / POSTGRES)
        return ([POSTGRES] if is_down else []) + dead

    def _bring_back(self, name: str) -> None:
        del self._due[name]
        try:
            if name == POSTGRES:
                start_postgres(
                    self.home / POSTGRES, role_password(self.home, SUPERUSER), embedded_port(self.home)
                )
            else:
                started = started_services(self.home)[name]
                start_process(self.home, name, started.command, self.environment, started.variables)
        except (PlantError, OSError) as error:
            log.error("%s cannot be started: %s", name, error)
            return
        self.deaths[name].returns += 1
        log.warning("%s was started again", name)
        self._write()

    def _write(self) -> None:
        whole = watcher_file(self.home).with_suffix(f".{os.getpid()}")
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_text(json.dumps({name: asdict(deaths) for name, deaths in self.deaths.items()}))
        whole.replace(watcher_file(self.home))


def watcher_file(home: Path) -> Path:
    """Where the watcher of a home writes what it saw."""
    return home / "run" / "watcher.json"


def known_deaths(home: Path) -> dict[str, Deaths]:
    """What the watcher of a home saw since it was started, by service."""
    try:
        return {name: Deaths(**told) for name, told in json.loads(watcher_file(home).read_text()).items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}


def given_up(home: Path) -> list[str]:
    """Services that died too often."""
    return sorted(name for name, deaths in known_deaths(home).items() if deaths.is_given_up)


def start_watcher(home: Path, environment: dict[str, str]) -> None:
    """Start the watcher of a home, unless it runs; it forgets what another one saw."""
    running = running_services(home).get(WATCHER)
    if running is not None and given_up(home):
        end_processes([running])
    if running is None or given_up(home):
        watcher_file(home).unlink(missing_ok=True)
    command = [sys.executable, "-W", "ignore", "-m", "cvplus.runtime.watcher", str(home)]
    start_process(home, WATCHER, command, environment)


def main(home: Path) -> None:
    """Watch until this process is ended."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    watcher = Watcher(home, dict(os.environ))
    while True:
        watcher.look()
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
