"""Whether the server of a data folder lives, and what is left of one that was killed."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

# Processes of a server notice within a moment that the first of them has died, and end.
ORPHAN_SECONDS = 10


@dataclass(frozen=True)
class Postmaster:
    """The first process of a running server, and its port."""

    pid: int
    port: int


def live_postmaster(data_folder: Path) -> Postmaster | None:
    """The server of this data folder, as its ``postmaster.pid`` tells and its process confirms.

    A file that is cut in half, a process that is a zombie, or one that got a dead server's number later, are
    no server. Where this process may not see in which folder another user's works, the name has to do.
    """
    try:
        lines = (data_folder / "postmaster.pid").read_text().splitlines()
        told = Postmaster(int(lines[0]), int(lines[3]))
    except (FileNotFoundError, IndexError, ValueError):
        return None
    try:
        return told if _serves(psutil.Process(told.pid), data_folder) else None
    except psutil.AccessDenied:
        return told
    except psutil.NoSuchProcess:
        return None


def clear_remains(data_folder: Path) -> None:
    """Remove what a killed server has left, so that the next can start.

    Its processes are given time to end by themselves, for they may still write. PostgreSQL itself takes any
    process with the number in a lock file for the server, also a zombie or a stranger, and does not start.
    """
    orphans = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if _serves(process, data_folder):
                orphans.append(process)
    _, alive = psutil.wait_procs(orphans, timeout=ORPHAN_SECONDS)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=ORPHAN_SECONDS)
    (data_folder / "postmaster.pid").unlink(missing_ok=True)


def _serves(process: psutil.Process, data_folder: Path) -> bool:
    """Whether a process is one of the server of this data folder: all of them work in that folder."""
    return (
        process.name().startswith("postgres")
        and process.status() != psutil.STATUS_ZOMBIE
        and Path(process.cwd()) == data_folder.resolve()
    )
