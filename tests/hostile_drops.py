"""A folder of drops as nobody should send them, beside a few good ones, and what is to become of each.

``python tests/hostile_drops.py <folder> [--bomb]`` writes it, for `make run DATA=<folder>`; ``--bomb`` adds a
file of 5 MB that unpacks to 5 GB.
"""

import argparse
import bz2
import gzip
import json
import os
import socket
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from backports import zstd

# What no test may find again in lake, warehouse or logs: it lies outside the exports' root.
OUTSIDE_SECRET = "root:x:0:0:outside"


@dataclass
class HostileDrops:
    """What was written. ``good``: ids of events that must load. ``unread``: path to reason code."""

    root: Path
    day: date
    good: set[str] = field(default_factory=set)
    unread: dict[str, str] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)

    def write(self, name: str, content: bytes) -> Path:
        """A file below the root."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def events(self, prefix: str, count: int, *, is_good: bool = True) -> bytes:
        """JSON lines of events whose ids begin so."""
        records = [event(f"{prefix}{number}", self.day) for number in range(count)]
        if is_good:
            self.good.update(record["eventId"] for record in records)
        return b"".join(json.dumps(record).encode() + b"\n" for record in records)

    def not_read(self, name: str, reason_code: str, content: bytes | None = None) -> None:
        """A file that must be told of and not be read; what it holds would load if it were."""
        self.write(
            name, self.events(f"unread-{len(self.unread)}-", 3, is_good=False) if content is None else content
        )
        self.unread[name] = reason_code


def event(event_id: str, day: date) -> dict[str, Any]:
    """A good record."""
    return {
        "eventId": event_id,
        "eventType": "feature_usage",
        "userId": f"user-{sum(event_id.encode()) % 7}",
        "timestamp": f"{day}T10:00:00+00:00",
        "metadata": {"feature": "cv_editor"},
    }


def write_hostile_drops(root: Path, outside: Path, day: date) -> HostileDrops:
    """Write all; ``outside`` is a folder that links lead to, ``day`` the day of the drops that are good."""
    drops = HostileDrops(root, day)
    root.mkdir(parents=True, exist_ok=True)
    outside.mkdir(parents=True, exist_ok=True)
    _write_what_is_meant(drops)
    _write_other_names(drops)
    _write_days(drops)
    _write_no_files(drops, outside)
    _write_cut(drops)
    return drops


def _write_what_is_meant(drops: HostileDrops) -> None:
    folder = f"events/dt={drops.day}"
    for ending, packed in PACKED.items():
        drops.write(f"{folder}/good{ending}", packed(drops.events(f"good{ending.replace('.', '-')}-", 40)))
    two_members = gzip.compress(drops.events("first-", 20)) + gzip.compress(drops.events("second-", 20))
    drops.write(f"{folder}/two members.jsonl.gz", two_members + bytes(512))
    drops.write(f"{folder}/größe \N{SNOWMAN}\n.jsonl", drops.events("odd-name-", 20))
    drops.write(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.jsonl"), drops.events("no-text-", 20))
    drops.write(f"{folder}/without last newline.jsonl", drops.events("no-newline-", 20).rstrip())
    drops.write(f"{folder}/empty.jsonl", b"")


PACKED: dict[str, Callable[[bytes], bytes]] = {
    ".jsonl": lambda text: text,
    ".JSONL": lambda text: text,
    ".jsonl.gz": gzip.compress,
    ".Jsonl.GZ": gzip.compress,
    ".jsonl.bz2": bz2.compress,
    ".jsonl.zst": zstd.compress,
    ".JSONL.ZST": lambda text: zstd.compress(text[:100]) + zstd.compress(text[100:]),
}


def _write_other_names(drops: HostileDrops) -> None:
    folder = f"events/dt={drops.day}"
    for name in (
        "a.json.gz",
        "a.csv",
        "a.jsonl.gz.tmp",
        "a.jsonl.xz",
        "a.zip",
        "a.txt",
        "a",
        "a.jsonl~",
        "a.gz",
    ):
        drops.not_read(f"{folder}/{name}", "ending_unknown")
    drops.not_read(f"{folder}/.hidden.jsonl.gz", "hidden")
    drops.not_read(f"{folder}/.jsonl", "hidden")
    drops.not_read(f"{folder}/nested/a.jsonl", "place_unknown")
    drops.not_read("events/a.jsonl", "place_unknown")
    drops.not_read("README.md", "place_unknown")
    drops.not_read(f"dt={drops.day}/a.jsonl", "entity_unknown")
    drops.not_read(f"invoices/dt={drops.day}/a.jsonl", "entity_unknown")
    drops.not_read(f"Events/dt={drops.day}/a.jsonl", "entity_unknown")
    drops.not_read(".git/config", "entity_unknown")


def _write_days(drops: HostileDrops) -> None:
    for name in (
        "dt=2026-1-5",
        "dt=tmp",
        "dt=",
        "dt=2026-02-30",
        "2026-01-05",
        "dt=20260105",
        "dt=2026-01-05 ",
    ):
        drops.not_read(f"events/{name}/a.jsonl", "day_invalid")
    for name in ("dt=2099-01-01", "dt=9999-12-31"):
        drops.not_read(f"events/{name}/a.jsonl", "day_not_yet")
    for name in ("dt=0001-01-01", "dt=1970-01-01"):
        drops.not_read(f"events/{name}/a.jsonl", "day_too_early")


def _write_no_files(drops: HostileDrops, outside: Path) -> None:
    secret = outside / "passwd"
    secret.write_text(OUTSIDE_SECRET)
    (outside / f"dt={drops.day}").mkdir(exist_ok=True)
    (outside / f"dt={drops.day}" / "a.jsonl").write_text(OUTSIDE_SECRET)
    folder = drops.root / f"events/dt={drops.day}"
    for name, target in {
        f"events/dt={drops.day}/link.jsonl": secret,
        f"events/dt={drops.day}/inside.jsonl": folder / "good.jsonl",
        f"events/dt={drops.day}/dangling.jsonl": outside / "nothing",
        f"events/dt={drops.day - timedelta(days=1)}": outside / f"dt={drops.day}",
        "leads": outside,
    }.items():
        (drops.root / name).symlink_to(target)
        drops.unread[name] = "link"
    os.mkfifo(folder / "pipe.jsonl")
    drops.unread[f"events/dt={drops.day}/pipe.jsonl"] = "not_a_file"
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.open(folder, os.O_RDONLY)
        try:
            listener.bind(f"/proc/self/fd/{here}/socket.jsonl")
        finally:
            os.close(here)
    drops.unread[f"events/dt={drops.day}/socket.jsonl"] = "not_a_file"
    drops.not_read(f"events/dt={drops.day}/folder.jsonl.gz/a.jsonl", "place_unknown")
    drops.unread[f"events/dt={drops.day}/folder.jsonl.gz"] = "not_a_file"
    deep = "/".join(["deep"] * 20)
    drops.write(f"events/{deep}/a.jsonl", b"{}\n")
    drops.unread["events/" + "/".join(["deep"] * 16)] = "place_unknown"


def _write_cut(drops: HostileDrops) -> None:
    """Files whose end is missing or damaged; what is before counts as good where it is whole for certain."""
    day = drops.day - timedelta(days=2)
    for number, (ending, packed) in enumerate(PACKED.items()):
        # Of a block of bzip2 (900 kB) a cut leaves nothing: the good lines are a stream of their own.
        good, rest = drops.events(f"before-the-cut-{number}-", 20), os.urandom(300_000).hex().encode()
        drops.write(f"events/dt={day}/cut{ending}", packed(good) + packed(rest)[:-1_000])
        drops.cut.add(f"events/dt={day}/cut{ending}")
    whole = gzip.compress(drops.events("before-garbage-", 20))
    wrong = bytearray(gzip.compress(drops.events("wrong-sum-", 20)))
    wrong[-8:-4] = zlib.crc32(b"another").to_bytes(4, "little")
    for name, content in {
        "trailing.jsonl.gz": whole + b"garbage",
        "wrong sum.jsonl.gz": bytes(wrong),
        "trailing.jsonl.bz2": bz2.compress(drops.events("before-garbage-2-", 20)) + b"garbage",
        "trailing.jsonl.zst": zstd.compress(drops.events("before-garbage-3-", 20)) + b"garbage",
        "no gzip.jsonl.gz": b"this is no gzip",
        "empty.jsonl.gz": b"",
        "mid-line.jsonl": drops.events("mid-line-", 20) + b'{"eventId": "E',
    }.items():
        drops.write(f"events/dt={day}/{name}", content)
        drops.cut.add(f"events/dt={day}/{name}")


def write_bomb(path: Path, unpacked_bytes: int) -> None:
    """A gzip file of zeros in one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    block = bytes(1 << 20)
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(unpacked_bytes >> 20):
            file.write(block)


def main() -> int:
    """Write the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bomb", action="store_true")
    asked = parser.parse_args()
    day = datetime.now(UTC).date() - timedelta(days=3)
    drops = write_hostile_drops(asked.folder, asked.folder.with_name(f"{asked.folder.name}-outside"), day)
    if asked.bomb:
        write_bomb(asked.folder / f"cvs/dt={day}/bomb.jsonl.gz", 5 << 30)
    sys.stdout.write(
        f"{len(drops.good)} good records, {len(drops.cut)} cut files, {len(drops.unread)} not read\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
