"""Linking postings, and a day's news of them, against reading and sorting the same rows bare, in one run.

``python tests/benchmarks/bench_linking.py [--postings 100000] [--output var/bench/linking.json]`` fills a
Postgres of its own with listings of invented jobs (three boards a job, most of their jobs alike in all but
employer, place and day) and prints the seconds and the peak of memory of: a bare fetch and sort of the
rows, a first linking of all, and the linking of one per cent more. Each is a process of its own. Targets: all
in three minutes and 2 GB on two cores; a day's news in a tenth of the whole.
"""

import argparse
import multiprocessing
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import orjson
import psycopg
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "warehouse"))

from linked import link
from peak_memory import peak_bytes
from test_linking import COLUMNS

from cvplus.linking.kinds import POSTINGS
from cvplus.runtime.postgres import start_postgres, stop_postgres
from cvplus.warehouse.schema import apply_schema, create_raw_table

SECONDS_ALLOWED = 180
BYTES_ALLOWED = 2_000_000_000
NEWS_SHARE_ALLOWED = 0.1
BOARDS = ("product", "adzuna", "linkedin")
TITLES, EMPLOYERS, CITIES, SKILLS, DAYS = 400, 8_000, 60, 300, 365
START = datetime(2026, 1, 1, tzinfo=UTC)
INDEXES = ("block_name", "block_occupation", "block_place", "posting_id")


def rows(first: int, count: int) -> list[tuple[Any, ...]]:
    """Listings by number, the same in every run: (columns of the tellings)."""
    told = []
    for number in range(first, first + count):
        job, board = divmod(number, len(BOARDS))
        random = Random(job)
        title, employer = f"title {random.randrange(TITLES)}", f"{random.randrange(EMPLOYERS):04x}works"
        city, posted = f"City{random.randrange(CITIES)}", random.random() * DAYS
        skills = sorted({f"skill-{random.randrange(SKILLS)}" for _ in range(6)})
        sketch = [f"{random.randrange(1 << 16):04x}" for _ in range(64)]
        day = posted + board * 1.5
        at = START + timedelta(days=day)
        told.append(
            (
                f"p{number:07d}", f"{BOARDS[board]}:{number}", BOARDS[board], "jobs", False, title, [],
                employer,
                f"{random.randrange(10, 60)}-{random.randrange(1000, 1050)}", "mid", "US", city, skills,
                float(random.randrange(1, 9)), sketch, at, None, day, None, None, None, at, None,
                f"{employer[:4]}|{title}", None, f"{title}|US|{city}", f"{number:032x}",
            )
        )  # fmt: skip
    return told


def fill(url: str, first: int, count: int) -> None:
    """Have listings told."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        with cursor.copy("copy intermediate.int_posting_tellings from stdin") as copy:
            for row in rows(first, count):
                copy.write_row(row)
        cursor.execute("analyze intermediate.int_posting_tellings")


def fetch_bare(url: str, _: Path, answer: Connection) -> None:
    """Fetch and sort the rows."""
    began = perf_counter()
    with psycopg.connect(url) as connection:
        query = "select * from intermediate.int_posting_tellings order by block_place, posted_day"
        count = len(connection.execute(query).fetchall())
    answer.send((count, perf_counter() - began, peak_bytes()))


def link_all(url: str, folder: Path, answer: Connection) -> None:
    """Link what is new."""
    began = perf_counter()
    linked = link(url, POSTINGS, folder, f"run {began}")
    answer.send((linked.new_records, perf_counter() - began, peak_bytes()))


def measured(step: Any, url: str, folder: Path) -> tuple[int, float, int]:
    """(rows, seconds, peak in bytes) of a step, in a process that shares no memory with this one."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=step, args=(url, folder, there))
    process.start()
    there.close()
    found: tuple[int, float, int] = here.recv()
    process.join()
    return found


def main() -> int:
    """Measure, print, write; 1 when a target was missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--postings", type=int, default=100_000)
    parser.add_argument("--output", type=Path, default=Path("var/bench/linking.json"))
    arguments = parser.parse_args()
    news = arguments.postings // 100
    with tempfile.TemporaryDirectory(prefix="cvplus-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = start_postgres(folder / "postgres", "bench")
        try:
            with psycopg.connect(server.url()) as connection:
                apply_schema(connection, [])
                connection.execute(f"create table intermediate.int_posting_tellings ({COLUMNS})")
                for column in INDEXES:
                    connection.execute(f"create index on intermediate.int_posting_tellings ({column})")
                create_raw_table(connection, POSTINGS.resource.table)
            fill(server.url(), 0, arguments.postings)
            steps = {
                "fetched and sorted bare": measured(fetch_bare, server.url(), folder / "lake"),
                "linked at first": measured(link_all, server.url(), folder / "lake"),
            }
            fill(server.url(), arguments.postings, news)
            steps["linked, one per cent more"] = measured(link_all, server.url(), folder / "lake")
        finally:
            stop_postgres(server.data_folder)
    bare = steps["fetched and sorted bare"][1]
    table = Table("step", "postings", "seconds", "times bare", "peak MB")
    for step, (count, seconds, peak) in steps.items():
        table.add_row(step, f"{count:,}", f"{seconds:.1f}", f"{seconds / bare:.1f}", f"{peak / 1e6:.0f}")
    Console(width=100).print(table)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_bytes(orjson.dumps(steps))
    whole, more = steps["linked at first"], steps["linked, one per cent more"]
    is_missed = (
        whole[1] > SECONDS_ALLOWED
        or max(whole[2], more[2]) > BYTES_ALLOWED
        or more[1] > NEWS_SHARE_ALLOWED * whole[1]
    )
    return 1 if is_missed else 0


if __name__ == "__main__":
    sys.exit(main())
