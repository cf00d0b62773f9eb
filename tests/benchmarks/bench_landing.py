"""Landing a provider's pages in the lake against reading the same pages bare, in one run.

``python tests/benchmarks/bench_landing.py [--records 20000] [--output var/bench/landing.json]`` serves
pages of postings from a process of its own, quotas lifted, and prints records a second: a bare loop of
``requests`` and ``json``, and the plant's client (cache, limiter, checks, lake). The target is 5,000 a
second. The last line lands ten times as many: the peak of the process's memory must not grow with them.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import requests
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from peak_memory import peak_bytes

from cvplus.lake.manifest import Window
from cvplus.lake.store import open_lake
from cvplus.sources.credentials import Credentials
from cvplus.sources.declaration import SourceDeclaration
from cvplus.sources.land import land_resource
from cvplus.sources.session import SessionOptions

TARGET = 5_000
PAGE = 100
TIMES_MORE = 10
GROWTH_ALLOWED = 1.2
TEXT = "Build pipelines with Airflow, dbt and Postgres in a team that reviews its work. " * 12
WINDOW = Window(start=datetime(2026, 11, 1, tzinfo=UTC), end=datetime(2026, 11, 2, tzinfo=UTC))


def page_of(number: int, records: int) -> bytes:
    """One page of postings of about 1.2 kB each."""
    first = (number - 1) * PAGE
    items = [
        {
            "id": first + n,
            "title": f"Data Engineer {first + n}",
            "description": TEXT,
            "created": 1_763_812_345,
        }
        for n in range(min(PAGE, records - first))
    ]
    return orjson.dumps({"items": items, "more": first + PAGE < records})


class Pages(BaseHTTPRequestHandler):
    """Serves ``/<records>/postings?page=<n>``."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        content = page_of(int(parse_qs(address.query)["page"][0]), int(address.path.split("/")[1]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


def serve(port: Connection) -> None:
    """Serve until killed; says its port first."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    port.send(server.server_port)
    server.serve_forever()


def declaration() -> SourceDeclaration:
    """An invented job board, read by page number."""
    return SourceDeclaration.model_validate(
        {
            "source": "bench",
            "title": "An invented job board",
            "domain": "job_market",
            "access": "Open to all.",
            "limits": "There are none.",
            "retention": "Kept for ever.",
            "terms": "There are none.",
            "client": {
                "kind": "rest",
                "base_url": "https://api.invented.example",
                "paginator": {
                    "type": "page_number",
                    "base_page": 1,
                    "total_path": None,
                    "has_more_path": "more",
                },
            },
            "quota": {"requests_per_second": 100_000},
            "resources": [
                {
                    "name": "postings",
                    "key": ["id"],
                    "known_at": {"rule": "published", "path": "created"},
                    "maps_to": "skill",
                    "gives": "One record a posting.",
                    "sample": {"id": 1},
                    "endpoint": {"path": "postings", "data_selector": "items", "page_limit": 1_000_000},
                }
            ],
        }
    )


def bare(url: str) -> float:
    """Seconds to read all pages with ``requests`` and ``json``, and to forget them."""
    started = time.perf_counter()
    with requests.Session() as session:
        number, more = 1, True
        while more:
            more = session.get(f"{url}/postings", params={"page": number}).json()["more"]
            number += 1
    return time.perf_counter() - started


def land(url: str, folder: Path, answer: Connection) -> None:
    """Land all pages, in a process of its own; answers seconds, records and peak memory in MiB."""
    lake = open_lake((folder / "lake").as_uri())
    options = SessionOptions(cache_folder=folder / "cache", reaches_this_machine=True)
    started = time.perf_counter()
    manifest = land_resource(
        declaration(), "postings", WINDOW, Credentials(base_url=url), lake, "bench", options
    )
    seconds = time.perf_counter() - started
    answer.send((seconds, manifest.rows_read, peak_bytes() / (1 << 20)))


def landed(url: str) -> tuple[float, int, float]:
    """Run :func:`land` in a process that shares no memory with this one."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        process = multiprocessing.get_context("spawn").Process(target=land, args=(url, Path(name), there))
        process.start()
        there.close()
        result: tuple[float, int, float] = here.recv()
        process.join()
    return result


def main() -> int:
    """Print the result; 1 when speed or memory misses its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--output", type=Path, help="also write the result as JSON")
    asked = parser.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{here.recv()}"
    bare_seconds = bare(f"{url}/{asked.records}")
    seconds, records, memory = landed(f"{url}/{asked.records}")
    more_seconds, more_records, more_memory = landed(f"{url}/{asked.records * TIMES_MORE}")
    server.terminate()
    result = {
        "bare_records_per_second": asked.records / bare_seconds,
        "records_per_second": records / seconds,
        "ratio": bare_seconds / seconds,
        "more_records_per_second": more_records / more_seconds,
        "peak_mib": memory,
        "more_peak_mib": more_memory,
        "memory_growth": more_memory / memory,
        "target": TARGET,
    }
    table = Table(title=f"Landing {records:,} and {more_records:,} records")
    for name in ("", "records a second", "beside bare", "peak MiB"):
        table.add_column(name, justify="right")
    table.add_row("bare", f"{result['bare_records_per_second']:,.0f}", "1.00", "")
    table.add_row(
        "landing", f"{result['records_per_second']:,.0f}", f"{result['ratio']:.2f}", f"{memory:.0f}"
    )
    table.add_row(
        f"{TIMES_MORE} times as many", f"{result['more_records_per_second']:,.0f}", "", f"{more_memory:.0f}"
    )
    Console().print(table)
    if asked.output:
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        asked.output.write_bytes(orjson.dumps(result))
    is_fast = min(result["records_per_second"], result["more_records_per_second"]) >= TARGET
    return 0 if is_fast and result["memory_growth"] <= GROWTH_ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
