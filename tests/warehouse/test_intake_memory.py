"""Whatever is dropped, the process that lands it and the one that loads it stay below a gigabyte."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from hostile_drops import write_bomb

from cvplus.exports.registry import product_resources
from cvplus.settings import PROJECT_ROOT
from cvplus.warehouse.schema import apply_schema

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not Path("/proc/self/status").exists(), reason="the kernel tells no high-water mark here"
    ),
]

DAY = date(2026, 5, 6)
LIMIT_KILOBYTES = 1_000_000
# Chunks are closed after two or three such CVs, so that more of them take longer and no more memory.
LARGE_CVS = int(os.environ.get("LARGE_CVS", "60"))
# Each step in a process of its own, which prints the batches and its own high-water mark.
STEP = """
import sys
from datetime import datetime
from pathlib import Path
from cvplus.operations import ingestion
step, *arguments = sys.argv[1:]
if step == "land":
    start, end = (datetime.fromisoformat(f"2026-05-0{day}T00:00:00+00:00") for day in (6, 7))
    done = ingestion.land_product_exports(start, end, "ingest_product/run", "run")
else:
    done = ingestion.load_batches(arguments, "ingest_product", "run")
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0], *done)
"""


def large_cvs(folder: Path) -> None:
    """CVs of 3.5 MB each: half of it many short entries, half text."""
    with gzip.open(folder / "cvs.jsonl.gz", "wb", compresslevel=1) as file:
        entry = {"title": "Data Engineer", "company": "Acme", "startDate": "2020-01", "endDate": "2020-02"}
        document = {"experience": [entry] * 17_000, "summary": "Worked with data. " * 100_000}
        text = json.dumps(document)
        for number in range(LARGE_CVS):
            start = {"cvId": f"C{number}", "userId": f"u{number}", "version": 1}
            record = json.dumps(start | {"updatedAt": "2026-05-06T10:00:00Z"})[:-1]
            file.write(f'{record}, "document": {text}}}\n'.encode())


def empty_objects(folder: Path) -> None:
    """A million records without a field."""
    (folder / "cvs.jsonl").write_bytes(b"{}\n" * 1_000_000)


def one_line(folder: Path) -> None:
    """A line of a gigabyte, which is no JSON."""
    with (folder / "cvs.jsonl").open("wb") as file:
        for _ in range(1_000):
            file.write(b"x" * 1_000_000)


def bomb(folder: Path) -> None:
    """A few megabytes that unpack to more than is read of one file."""
    write_bomb(folder / "cvs.jsonl.gz", 5 << 30)


def many_long_lines(folder: Path) -> None:
    """Lines just short enough to be held, none of them JSON: each is a reject of four megabytes."""
    with gzip.open(folder / "cvs.jsonl.gz", "wb", compresslevel=1) as file:
        line = b"x" * 4_000_000 + b"\n"
        for _ in range(300):
            file.write(line)


@pytest.fixture
def settings(tmp_path: Path, warehouse_url: str) -> Iterator[dict[str, str]]:
    """The environment of the steps."""
    with psycopg.connect(warehouse_url) as connection:
        apply_schema(connection, product_resources())
    paths = [str(PROJECT_ROOT / "tests"), str(PROJECT_ROOT / "plugins")]
    return os.environ | {
        "CVPLUS_HOME": str(tmp_path / "home"),
        "CVPLUS_WAREHOUSE_URL": warehouse_url,
        "CVPLUS_MASTER_KEY": "a" * 43 + "=",
        "CVPLUS_EXPORTS_URL": str(tmp_path / "exports"),
        "PYTHONPATH": os.pathsep.join(paths),
    }


def peak_of(settings: dict[str, str], *arguments: str) -> tuple[int, list[str]]:
    """The most kilobytes that a step's process had, and the batches that it tells."""
    command = [sys.executable, "-c", STEP, *arguments]
    answer = subprocess.run(command, env=settings, check=True, capture_output=True, text=True)
    peak, *batch_ids = answer.stdout.split()
    return int(peak), batch_ids


@pytest.mark.parametrize(
    ("write", "counted"),
    [
        (large_cvs, {}),
        (empty_objects, {"field_missing": 1_000_000}),
        (one_line, {"line_too_long": 1}),
        (bomb, {"line_too_long": 1, "file_cut": 1}),
        (many_long_lines, {"not_json": 300}),
    ],
)
def test_memory_stays_bounded_whatever_is_dropped(
    tmp_path: Path,
    warehouse: psycopg.Connection,
    settings: dict[str, str],
    write: Callable[[Path], None],
    counted: dict[str, int],
) -> None:
    folder = tmp_path / f"exports/cvs/dt={DAY}"
    folder.mkdir(parents=True)
    write(folder)
    landing, batch_ids = peak_of(settings, "land")
    loading, _ = peak_of(settings, "load", *batch_ids)
    sys.stdout.write(f"{write.__name__}: landing {landing:,} kB, loading {loading:,} kB\n")
    assert max(landing, loading) < LIMIT_KILOBYTES, (landing, loading)
    rows = warehouse.execute("select reason_code, sum(records)::int from ops.rejected_counts group by 1")
    assert dict(rows.fetchall()) == counted
    ((loaded,),) = warehouse.execute("select count(*) from raw.product__cvs").fetchall()
    assert loaded == (LARGE_CVS if write is large_cvs else 0)
