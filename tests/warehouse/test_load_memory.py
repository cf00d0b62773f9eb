"""The memory of a load does not grow with the batch."""

import os
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from batch_maker import TAGS, tag, with_raw_table

from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.store import open_lake
from cvplus.settings import PROJECT_ROOT

pytestmark = pytest.mark.slow

ROWS = 20_000
PAGE = 1_000
# What the allocator makes of equal work; the larger batch weighs 200 MB.
SLACK_KILOBYTES = 16_000
# Prints rows loaded and the process's own high-water mark (what `getrusage` says begins with the parent's).
LOADER = """
import sys
from pathlib import Path
import psycopg
from batch_maker import TAGS
from cvplus.lake.manifest import Manifest
from cvplus.lake.store import open_lake
from cvplus.warehouse.load import load_batch
url, lake, manifest = sys.argv[1:]
with psycopg.connect(url) as connection:
    print(load_batch(connection, open_lake(lake), Manifest.model_validate_json(manifest), TAGS).loaded)
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def land(folder: Path, rows: int) -> Manifest:
    """A batch of records of about a kilobyte, which are never in memory together."""
    window = Window(start=datetime(2026, 11, 19, tzinfo=UTC), end=datetime(2026, 11, 20, tzinfo=UTC))
    identity = BatchIdentity(source=TAGS.source, resource=TAGS.name, window=window, run_key=str(rows))
    chance = random.Random(rows)
    pages = (
        [tag(number, text=2 * chance.randbytes(250).hex()) for number in range(first, first + PAGE)]
        for first in range(0, rows, PAGE)
    )
    return open_lake(f"file://{folder}").write_batch(identity, pages, known_at_rule="observed")


def peak_kilobytes(url: str, folder: Path, rows: int) -> int:
    """Load a batch in a process of its own and return the most memory that it had."""
    arguments = [url, f"file://{folder}", land(folder, rows).model_dump_json()]
    paths = [str(PROJECT_ROOT / "tests"), str(PROJECT_ROOT / "plugins")]
    answer = subprocess.run(
        [sys.executable, "-c", LOADER, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        check=True,
        capture_output=True,
        text=True,
    )
    loaded, peak = map(int, answer.stdout.split())
    assert loaded == rows
    return peak


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel tells no high-water mark here")
def test_ten_times_the_rows_take_no_more_memory(
    warehouse: psycopg.Connection, warehouse_url: str, tmp_path: Path
) -> None:
    with_raw_table(warehouse)
    first = peak_kilobytes(warehouse_url, tmp_path, ROWS)
    into_filled = peak_kilobytes(warehouse_url, tmp_path, 10 * ROWS)
    warehouse.execute("truncate raw.stack_overflow__tags, ops.batches cascade")
    warehouse.commit()
    into_empty = peak_kilobytes(warehouse_url, tmp_path, 10 * ROWS)
    assert max(into_filled, into_empty) - first < SLACK_KILOBYTES, (first, into_filled, into_empty)
