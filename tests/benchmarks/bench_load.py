"""Landing to raw and to typed staging, beside a bare COPY and beside dlt, in one run.

``python tests/benchmarks/bench_load.py [--rows 40000] [--output var/bench/load.json]`` starts a server of its
own, takes turns between the sides, and prints medians and ratios. It ends with 1 when a target is missed.

- *bare COPY*: psycopg's, the rows in memory, to one jsonb column without a key. Everything is related to it.
- *load*: read from the lake's gzip file, checked, keyed, hashed, every version kept once, with the account.
- *load beside others*: the same into a table that holds as many other records, so that each is asked for.
- *load and type*: the load, then the SELECT of a staging model into a table.
- *dlt*: the same lake file, in a process of its own (``dlt_load.py``); its import is left out and told apart.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from statistics import median
from typing import Any

import orjson
import psycopg
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))

from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.store import Lake, open_lake
from cvplus.resources import KnownAt, Resource
from cvplus.runtime.postgres import EmbeddedPostgres, start_postgres, stop_postgres
from cvplus.warehouse.load import load_batch
from cvplus.warehouse.schema import apply_schema

HERE = Path(__file__).resolve().parent
# The load's speed as a share of the bare COPY's; how many times dlt's time the load and typing must beat.
RAW_TARGET = 0.6
DLT_TARGET = 10.0
ADBC_TARGET = 1.0
ROUNDS = 5
DLT_MODES = {"dlt, default": "default", "dlt, Arrow by COPY": "csv", "dlt, Arrow by ADBC": "adbc"}
BARE, LOAD, BESIDE, TYPED = "bare COPY", "load", "load beside others", "load and type"
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


@dataclass
class Sides:
    """What is measured, on one server and one lake; each side returns seconds, the commit included."""

    connection: psycopg.Connection
    server: EmbeddedPostgres
    folder: Path
    lines: list[bytes]
    lake: Lake
    batch: Manifest
    other: Manifest
    imports: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def bare_copy(self) -> float:
        """A COPY into a table with one jsonb column."""
        self.connection.execute("drop table if exists raw.bare")
        self.connection.execute("create table raw.bare (record jsonb)")
        self.connection.commit()
        return self._timed(self._copy)

    def load(self) -> float:
        """A load into an empty raw table."""
        self._empty()
        return self._timed(lambda: self._load(self.batch))

    def load_beside(self) -> float:
        """A load into a raw table that holds as many other records."""
        self._empty()
        self._load(self.other)
        self.connection.commit()
        return self._timed(lambda: self._load(self.batch))

    def load_and_type(self) -> float:
        """A load into an empty raw table and the staging model on top."""
        self._empty()
        return self._timed(self._load_and_type)

    def dlt(self, side: str) -> float | None:
        """dlt's load of the same file into a schema of its own; ``None`` when a package is missing."""
        mode = DLT_MODES[side]
        self.connection.execute(f"drop schema if exists dlt_{mode} cascade")
        self.connection.execute(f"drop schema if exists dlt_{mode}_staging cascade")
        self.connection.commit()
        with tempfile.TemporaryDirectory(prefix="dlt") as work:
            answer = subprocess.run(
                [sys.executable, "-W", "ignore", HERE / "dlt_load.py", mode, self.folder / "lake"
                 / self.batch.lake_path, work],
                env={**os.environ, "DLT_TARGET_URL": self.server.url(), "DLT_DATA_DIR": work,
                     "RUNTIME__DLTHUB_TELEMETRY": "false"},
                check=True, stdout=subprocess.PIPE,
            )  # fmt: skip
        result = orjson.loads(answer.stdout)
        if "missing" in result:
            self.missing[side] = result["missing"]
            return None
        if result["rows"] != len(self.lines):
            raise RuntimeError(f"{side} stored {result['rows']} of {len(self.lines)} rows.")
        self.imports[side] = result["import_seconds"]
        return float(result["seconds"])

    def _timed(self, work: Callable[[], None]) -> float:
        started = time.perf_counter()
        work()
        self.connection.commit()
        return time.perf_counter() - started

    def _empty(self) -> None:
        self.connection.execute("truncate raw.bench__postings, ops.batches cascade")
        self.connection.execute("drop table if exists staging.bench__postings")
        self.connection.commit()

    def _copy(self) -> None:
        with self.connection.cursor().copy("copy raw.bare from stdin") as copy:
            for line in self.lines:
                copy.write_row((line.decode(),))

    def _load(self, manifest: Manifest) -> None:
        counts = load_batch(self.connection, self.lake, manifest, POSTINGS)
        if counts.loaded != len(self.lines):
            raise RuntimeError(f"The load stored {counts.loaded} of {len(self.lines)} rows.")

    def _load_and_type(self) -> None:
        self._load(self.batch)
        self.connection.execute("update ops.batches set state = 'accepted'")
        self.connection.execute((HERE / "staging_postings.sql").read_text())


def land(lake: Lake, records: list[dict[str, Any]], run_key: str) -> Manifest:
    """Land records as one batch."""
    identity = BatchIdentity(
        source="bench",
        resource="postings",
        window=Window(start=datetime(2026, 11, 1, tzinfo=UTC), end=datetime(2026, 11, 2, tzinfo=UTC)),
        run_key=run_key,
    )
    return lake.write_batch(identity, [records], known_at_rule="published")


def measure(rows: int, dlt_rounds: int) -> dict[str, Any]:
    """Let the sides take turns; medians in seconds, and ratios of the times of each round."""
    chance = random.Random(7)
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        lake = open_lake(f"file://{folder / 'lake'}")
        other = land(lake, [posting(rows + number, chance) for number in range(rows)], "other")
        records = [posting(number, chance) for number in range(rows)]
        batch, lines = land(lake, records, "bench"), [orjson.dumps(record) for record in records]
        del records
        server = start_postgres(folder / "data", token_urlsafe())
        try:
            with psycopg.connect(server.url()) as connection:
                apply_schema(connection, [POSTINGS])
                sides = Sides(connection, server, folder, lines, lake, batch, other)
                own = {
                    BARE: sides.bare_copy,
                    LOAD: sides.load,
                    BESIDE: sides.load_beside,
                    TYPED: sides.load_and_type,
                }
                for turn in range(max(ROUNDS, dlt_rounds)):
                    for side, run in own.items():
                        seconds.setdefault(side, []).append(run())
                    for side in DLT_MODES if turn < dlt_rounds else ():
                        taken = sides.dlt(side)
                        if taken is not None:
                            seconds.setdefault(side, []).append(taken)
        finally:
            stop_postgres(server.data_folder)
    return {
        "rows": rows,
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "seconds": {side: median(taken) for side, taken in seconds.items()},
        "fastest_seconds": {side: min(taken) for side, taken in seconds.items()},
        "slowest_seconds": {side: max(taken) for side, taken in seconds.items()},
        "share_of_bare_copy": {side: _ratio(seconds[BARE], taken) for side, taken in seconds.items()},
        "times_typed": {side: _ratio(seconds[side], seconds[TYPED]) for side in DLT_MODES if side in seconds},
        "dlt_import_seconds": sides.imports,
        "missing": sides.missing,
    }


def _ratio(above: list[float], below: list[float]) -> float:
    """The median of the rounds' ratios; rounds that one of the two sat out do not count."""
    return median(one / other for one, other in zip(above, below, strict=False))


def misses(result: dict[str, Any]) -> list[str]:
    """The targets that were missed, in words."""
    wanted = {
        "load, as a share of the bare COPY": (result["share_of_bare_copy"][LOAD], RAW_TARGET),
        "dlt's default, in times of load and type": (result["times_typed"].get("dlt, default"), DLT_TARGET),
        "dlt by ADBC, in times of load and type": (
            result["times_typed"].get("dlt, Arrow by ADBC"),
            ADBC_TARGET,
        ),
    }
    return [
        f"missed: {name} is {reached:.2f}, the target {target:g}"
        for name, (reached, target) in wanted.items()
        if reached is not None and reached < target
    ]


def show(result: dict[str, Any]) -> None:
    """Print the table, what is not installed, and how quiet the machine was."""
    table = Table(title=f"{result['rows']:,} rows from the lake into the warehouse")
    table.add_column("side")
    for name in ("median", "fastest", "slowest", "share of bare COPY", "times load and type"):
        table.add_column(name, justify="right")
    for side in result["seconds"]:
        times = result["times_typed"].get(side)
        table.add_row(
            side,
            *(f"{result[kind][side]:.2f} s" for kind in ("seconds", "fastest_seconds", "slowest_seconds")),
            f"{result['share_of_bare_copy'][side]:.2f}",
            "" if times is None else f"{times:.1f}",
        )
    for side in result["missing"]:
        table.add_row(side, "not installed")
    console = Console(width=110)
    console.print(table)
    for side, package in result["missing"].items():
        console.print(f"{side}: {package} is not in the environment.")
    imports = ", ".join(f"{side} {taken:.1f} s" for side, taken in result["dlt_import_seconds"].items())
    console.print(f"Imports, left out above: {imports or 'none'}.")
    console.print(f"{result['cores']} cores, load average at the end {result['load_average']:.1f}.")


def main() -> int:
    """Measure and print; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--dlt-rounds", type=int, default=3, help="0 leaves dlt out")
    parser.add_argument("--output", type=Path, default=Path("var/bench/load.json"), help="the result as JSON")
    asked = parser.parse_args()
    result = measure(asked.rows, asked.dlt_rounds)
    result["missed"] = misses(result)
    show(result)
    for miss in result["missed"]:
        Console().print(miss)
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    return 1 if result["missed"] else 0


if __name__ == "__main__":
    sys.exit(main())
