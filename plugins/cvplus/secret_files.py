"""Files that hold one secret each: made at first use, readable by their owner alone."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PASSWORD_BYTES = 32


def read_or_make(file: Path, make: Callable[[], str]) -> str:
    """The secret in a file; a file that is missing is made with mode 0600, in a folder of mode 0700.

    It appears whole or not at all, wherever a process that makes it is killed; of two that make it at the
    same time, both read the first one's.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        whole = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
                opened.write(make())
                opened.flush()
                # What is locked with it is on disk before long, and useless without it.
                os.fsync(opened.fileno())
            with suppress(FileExistsError):
                os.link(whole, file)
        finally:
            whole.unlink(missing_ok=True)
    return file.read_text().strip()


def password(home: Path, name: str) -> str:
    """A random password of this home, in ``<home>/keys/<name>``."""
    return read_or_make(home / "keys" / name, lambda: secrets.token_urlsafe(PASSWORD_BYTES))
