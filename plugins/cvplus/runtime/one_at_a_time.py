"""One command at a time on a home: the second says who is at work, and waits."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from cvplus.errors import ConfigurationError


@contextmanager
def alone(home: Path, command: str, say: Callable[[str], None]) -> Iterator[None]:
    """Hold a home for one command, after whoever has it; the system frees it when its holder dies.

    Args:
        home: made where it is missing.
        command: the command's name, for those who have to wait.
        say: told whom this one waits for.

    Raises:
        ConfigurationError: nothing can be written in this home.
    """
    folder = home / "run"
    note = folder / "command.json"
    with ExitStack() as held:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / "command.lock")
            try:
                held.enter_context(lock.acquire(timeout=0))
            except Timeout:
                say(f"Waiting for {_holder(note)}, which is at work in {home}; Ctrl-C gives up.")
                held.enter_context(lock.acquire())
            note.write_text(json.dumps({"command": command, "pid": os.getpid(), "since": _now()}))
        except OSError as error:
            raise ConfigurationError(
                cause=f"Nothing can be written in {home}: {error.strerror or error}.",
                remedy="Free room on that disk, give yourself the right to write there, or set CVPLUS_HOME.",
            ) from error
        yield


def _holder(note: Path) -> str:
    try:
        told = json.loads(note.read_text())
        return f"`make {told['command']}` (process {told['pid']}, since {told['since']})"
    except (OSError, ValueError, KeyError):
        return "another command"


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
