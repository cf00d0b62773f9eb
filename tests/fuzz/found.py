"""What a run of the fuzz found: how each case ended, and those that must not have ended so."""

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

LONGEST_CASE_SECONDS = 30


class TookTooLong(BaseException):
    """A case that does not end; no ``except Exception`` may take it for its own."""


@dataclass
class Found:
    """``ends``: how often what happened. ``defects``: what must not happen, each with how to see it again."""

    ends: Counter[str] = field(default_factory=Counter)
    records: int = 0
    defects: list[str] = field(default_factory=list)

    def defect(self, case: str, what: str, folder: Path, content: bytes) -> None:
        """Note a defect and keep the input that shows it."""
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / f"{case.replace('/', '_')}.bin"
        kept.write_bytes(content)
        self.defects.append(f"{case}: {what} (input: {kept})")
        self.ends["defect"] += 1


@contextmanager
def bounded(seconds: int = LONGEST_CASE_SECONDS) -> Iterator[None]:
    """End what takes too long (only the main thread can be ended so).

    Raises:
        TookTooLong: it did.
    """

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise TookTooLong(f"it did not end in {seconds} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
