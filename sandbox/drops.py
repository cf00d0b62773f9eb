"""Writes the product's drops: gzip JSON lines a day and entity, with the small sins that real exports have.

A share of records comes a few days late, a share comes twice, the order within a drop is shuffled, and now
and then a line in a big drop is broken. All of it is drawn with the seed. A market's districts append to
the same files, each as a gzip member of its own, so nothing has to be held longer than a district.
"""

import gzip
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from sandbox.clock import Clock

Floats = NDArray[np.float64]

LATE_SHARE = 0.012
REPEATED_SHARE = 0.008
BROKEN_DROP_SHARE = 0.08
BIG_DROP_LINES = 150
FILE_NAME = "part-0000.jsonl.gz"
KEY_FIELDS = {
    "cvs": "cvId",
    "applications": "applicationId",
    "outcomes": "outcomeId",
    "jobs": "jobKey",
    "events": "eventId",
    "subscriptions": "subscriptionId",
    "experiments": "experimentId",
    "feedback": "feedbackId",
    "support_tickets": "ticketId",
    "leads": "leadId",
    "costs": "costDate",
    "service_checks": "checkedAt",
    "consents": "userId",
    "privacy_requests": "requestId",
}


@dataclass
class DropWriter:
    """Collects records of a district and writes them to `<root>/<entity>/dt=<day>/` when it is flushed."""

    root: Path
    clock: Clock
    random: np.random.Generator
    is_clean: bool = False
    lines: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    malformed: Counter[str] = field(default_factory=Counter)
    waiting: defaultdict[tuple[str, int], list[bytes]] = field(default_factory=lambda: defaultdict(list))

    def add(self, entity: str, days: Floats, records: list[dict[str, Any]]) -> None:
        """Puts records in the drops of the days they were made; what comes after the history is left out."""
        if not records:
            return
        last_day = self.clock.days - 1
        planned = np.maximum(np.floor(days), 0).astype(np.int64)
        lateness = np.zeros(len(records), dtype=np.int64)
        is_repeated = np.zeros(len(records), dtype=bool)
        if not self.is_clean:
            is_late = self.random.random(len(records)) < LATE_SHARE
            lateness = is_late * self.random.integers(1, 5, len(records))
            is_repeated = self.random.random(len(records)) < REPEATED_SHARE
        for record, day, late, twice in zip(records, planned, lateness, is_repeated, strict=True):
            if day > last_day:
                continue
            line = orjson.dumps(record)
            landed = min(int(day + late), last_day)
            self.waiting[entity, landed].append(line)
            self.late[entity] += int(landed > day)
            if twice:
                self.waiting[entity, min(landed + 1, last_day)].append(line)
                self.repeated[entity] += 1

    def flush(self) -> None:
        """Writes everything collected and forgets it."""
        for entity, day in sorted(self.waiting):
            lines = self.waiting[entity, day]
            if not self.is_clean:
                lines = [lines[i] for i in self.random.permutation(len(lines))]
                if len(lines) >= BIG_DROP_LINES and self.random.random() < BROKEN_DROP_SHARE:
                    place = int(self.random.integers(0, len(lines)))
                    lines.insert(place, broken_line(lines[place], entity, int(self.random.integers(0, 3))))
                    self.malformed[entity] += 1
            self.lines[entity] += len(lines)
            append_lines(self.root / entity / f"dt={self.clock.day(day)}" / FILE_NAME, lines)
        self.waiting.clear()


def append_lines(path: Path, lines: list[bytes]) -> None:
    """Adds lines to a gzip file as a further member (a gzip file may have many)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(gzip.compress(b"\n".join(lines) + b"\n", compresslevel=2, mtime=0))


def broken_line(line: bytes, entity: str, kind: int) -> bytes:
    """A line spoilt in one of three ways: cut in the middle, without its key, or not JSON at all."""
    if kind == 0:
        return line[: max(len(line) * 2 // 3, 2)]
    if kind == 1:
        record = orjson.loads(line)
        record.pop(KEY_FIELDS[entity], None)
        return orjson.dumps(record)
    return b'"exporter restarted, position unknown'


def spoil_drop(exports: Path, entity: str, day: str, *, share: float = 0.2, seed: int = 7) -> int:
    """Makes a share of one drop rubbish, in place, and returns how many lines that is.

    Raises FileNotFoundError when the entity has no drop on that day.
    """
    path = exports / entity / f"dt={day}" / FILE_NAME
    with gzip.open(path, "rb") as file:
        lines = file.read().splitlines()
    random = np.random.default_rng([seed, 99])
    # At least the share asked for, so that a limit just below it is always passed.
    spoilt = random.choice(len(lines), size=min(len(lines), int(np.ceil(share * len(lines)))), replace=False)
    for index in spoilt:
        lines[index] = broken_line(lines[index], entity, int(index) % 3)
    unfinished = path.with_suffix(".tmp")
    unfinished.write_bytes(gzip.compress(b"\n".join(lines) + b"\n", compresslevel=2, mtime=0))
    unfinished.replace(path)
    return len(spoilt)
