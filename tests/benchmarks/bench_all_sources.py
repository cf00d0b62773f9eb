"""Landing every source that the sandbox plays, quotas lifted: one worker beside one a core, in one run.

``python tests/benchmarks/bench_all_sources.py [--output <file>]`` builds a tiny market, serves it from a
process of its own and prints records a second and how many cores were busy, the server's work included. With
a worker a core, all cores must be busy. A first round, untold, lets the sandbox make what it makes once: some
providers have a report ready only after seconds.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import psutil
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sandbox_process import PLAYED, Sandbox, running_sandbox

from cvplus.lake.manifest import Window
from cvplus.lake.store import open_lake
from cvplus.sources.credentials import Credentials
from cvplus.sources.declaration import Client, Quota
from cvplus.sources.land import land_resource
from cvplus.sources.registry import load_sources
from cvplus.sources.session import SessionOptions

# The share of all cores that must be busy while there is a worker for each.
TARGET = 0.85


def land(source: str, window: Window, credentials: Credentials, folder: Path) -> int:
    """Land all resources of a source; returns how many records."""
    declared = load_sources()[source]
    declaration = declared.model_copy(update={"quota": Quota(requests_per_second=10_000)})
    lake = open_lake((folder / "lake").as_uri())
    options = SessionOptions(cache_folder=folder / "cache", reaches_this_machine=True)
    return sum(
        land_resource(declaration, name, window, credentials, lake, "bench", options).rows_read
        for name in declaration.resource_names()
    )


def measure(sandbox: Sandbox, sources: list[str], workers: int) -> dict[str, float]:
    """Land everything once, into an empty lake, with so many workers."""
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="bench") as name,
        ProcessPoolExecutor(workers, context, initializer=load_sources) as pool,
    ):
        list(pool.map(abs, range(100), chunksize=1))  # the workers have started and imported
        psutil.cpu_percent()
        started = time.perf_counter()
        asked = [
            pool.submit(land, source, sandbox.window, sandbox.credentials(source), Path(name))
            for source in sources
        ]
        records = sum(one.result() for one in asked)
        seconds = time.perf_counter() - started
        busy = psutil.cpu_percent() / 100
    return {"workers": workers, "records": records, "seconds": seconds, "busy_share": busy}


def main() -> int:
    """Print the result; 1 when cores stay idle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, help="also write the result as JSON")
    asked = parser.parse_args()
    declared = load_sources()
    sources = [name for name in PLAYED if isinstance(declared[name].client, Client)]
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="bench") as home, running_sandbox(Path(home)) as sandbox:
        _, *results = [measure(sandbox, sources, workers) for workers in (cores, 1, cores)]
    table = Table(title=f"Landing {len(sources)} sources from one sandbox on {cores} cores")
    for name in ("workers", "records", "seconds", "records a second", "cores busy", "beside one worker"):
        table.add_column(name, justify="right")
    for result in results:
        table.add_row(
            f"{result['workers']}",
            f"{result['records']:,}",
            f"{result['seconds']:.1f}",
            f"{result['records'] / result['seconds']:,.0f}",
            f"{result['busy_share'] * cores:.2f}",
            f"{results[0]['seconds'] / result['seconds']:.2f}",
        )
    Console().print(table)
    if asked.output:
        summary: dict[str, Any] = {"sources": len(sources), "cores": cores, "runs": results, "target": TARGET}
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        asked.output.write_bytes(orjson.dumps(summary))
    return 0 if results[-1]["busy_share"] >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
