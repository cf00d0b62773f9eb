"""Loading a batch against a bare psycopg COPY of the same rows to jsonb, in one run.

``python tests/benchmarks/bench_load.py [--rows 40000] [--output var/bench/load.json]`` prints the ratio
(1 = as fast as the bare COPY; the plant's target is at least 0.5) and starts a server of its own. The bare
COPY has its rows in memory; the load reads, checks, keys and hashes them from the lake's gzip file, keeps
every version once, and writes the batch's account.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import orjson
import psycopg
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))

from cvplus.lake.manifest import BatchIdentity, Window
from cvplus.lake.store import open_lake
from cvplus.resources import KnownAt, Resource
from cvplus.runtime.postgres import start_postgres, stop_postgres
from cvplus.warehouse.load import load_batch
from cvplus.warehouse.schema import apply_schema

TARGET = 0.5
ROUNDS = 5
WORDS = [
    "build",
    "pipelines",
    "with",
    "airflow",
    "dbt",
    "postgres",
    "größe",
    "team",
    "work",
    "design",
    "review",
]
WORDS += ["data", "maintain", 'said "yes"', "line\nbreak"]
POSTINGS = Resource(
    source="bench",
    name="postings",
    domain="job_market",
    key=["slug"],
    required=["title"],
    known_at=KnownAt(rule="published", path="created_at", lag_hours=1),
)


def posting(number: int, chance: random.Random) -> dict[str, Any]:
    """A record of about 1.3 kB, the size of a posting."""
    return {
        "slug": f"job-{number}",
        "title": " ".join(chance.choices(WORDS, k=6)),
        "description": " ".join(chance.choices(WORDS, k=120)),
        "remote": bool(number % 2),
        "tags": chance.choices(WORDS, k=4),
        "created_at": 1_763_812_345 + number,
        "pay": {"min": number * 1.5, "max": number * 2},
    }


def bare_copy(connection: psycopg.Connection, lines: list[bytes]) -> float:
    """Seconds of a COPY into a table with one jsonb column, committed."""
    connection.execute("drop table if exists raw.bare")
    connection.execute("create table raw.bare (record jsonb)")
    connection.commit()
    started = time.perf_counter()
    with connection.cursor().copy("copy raw.bare from stdin") as copy:
        for line in lines:
            copy.write_row((line.decode(),))
    connection.commit()
    return time.perf_counter() - started


def full_load(connection: psycopg.Connection, load: Callable[[], Any]) -> float:
    """Seconds of a load into an empty raw table, committed."""
    connection.execute("truncate raw.bench__postings, ops.batches cascade")
    connection.commit()
    started = time.perf_counter()
    load()
    connection.commit()
    return time.perf_counter() - started


def measure(rows: int) -> dict[str, float]:
    """Run both, alternating, and return the medians in seconds and the ratio."""
    chance = random.Random(7)
    records = [posting(number, chance) for number in range(rows)]
    lines = [orjson.dumps(record) for record in records]
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        lake = open_lake(f"file://{folder / 'lake'}")
        identity = BatchIdentity(
            source="bench",
            resource="postings",
            window=Window(start=datetime(2026, 11, 1, tzinfo=UTC), end=datetime(2026, 11, 2, tzinfo=UTC)),
            run_key="bench",
        )
        manifest = lake.write_batch(identity, [records], known_at_rule="published")
        server = start_postgres(folder / "data", folder / "password")
        try:
            with psycopg.connect(server.url()) as connection:
                apply_schema(connection, [POSTINGS])
                pairs = [
                    (
                        bare_copy(connection, lines),
                        full_load(connection, lambda: load_batch(connection, lake, manifest, POSTINGS)),
                    )
                    for _ in range(ROUNDS)
                ]
        finally:
            stop_postgres(server.data_folder)
    return {
        "rows": float(rows),
        "bare_copy_seconds": median(bare for bare, _ in pairs),
        "load_seconds": median(load for _, load in pairs),
        "ratio": median(bare / load for bare, load in pairs),
        "target": TARGET,
    }


def main() -> int:
    """Print the result; 1 when the ratio misses the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--output", type=Path, help="also write the result as JSON")
    asked = parser.parse_args()
    result = measure(asked.rows)
    table = Table(title=f"Load of {asked.rows:,} rows against a bare COPY to jsonb")
    for name in ("bare COPY", "load", "ratio", "target"):
        table.add_column(name, justify="right")
    table.add_row(
        f"{result['bare_copy_seconds']:.2f} s",
        f"{result['load_seconds']:.2f} s",
        f"{result['ratio']:.2f}",
        f"{TARGET:.2f}",
    )
    Console().print(table)
    if asked.output:
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        asked.output.write_bytes(orjson.dumps(result))
    return 0 if result["ratio"] >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
