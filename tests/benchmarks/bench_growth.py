"""Work that may not grow faster than the data: each piece at a size doubled four times, in one run.

``python tests/benchmarks/bench_growth.py [--output var/bench/growth.json]`` starts a server of its own,
compiles the dbt models and macros, and prints how many times as much work each doubling is. Twice the rows
may be a little more than twice the work (sorting); what compares all rows with all is four times. Work is the
processor's time of the one server process, so that others on the machine do not count. It ends with 1 when a
piece misses the limit.
"""

import argparse
import sys
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from itertools import pairwise
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import orjson
import psutil
import psycopg
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "warehouse"))

from dbt_runner import new_database_name, run_dbt
from growth_cases import CASES, HORIZON, TABLES, Case, make_rows
from shared_folder import make_shared_folder, remove_shared_folder

from cvplus.runtime.postgres import start_postgres, stop_postgres
from cvplus.warehouse.schema import apply_schema

DOUBLINGS = 4
# The system counts a process's time in hundredths of a second.
LEAST_SECONDS = 1.0
# Over the last two doublings, where what is the same at every size weighs least.
LIMIT = 2.8


def compiled(url: str, case: Case) -> str:
    """The SQL of a case's model or expression."""
    what = ["--select", case.model] if case.model else ["--inline", case.inline]
    with redirect_stdout(StringIO()):  # dbt prints what it compiled
        result = run_dbt(url, "compile", *what, variables={"horizon": HORIZON}).result
    return str(result.results[0].node.compiled_code)


def work(connection: psycopg.Connection, query: str) -> float:
    """Processor seconds of one run within the server, no row sent: the mean of runs of at least a second."""
    process = psutil.Process(connection.info.backend_pid)

    def spent() -> float:
        times = process.cpu_times()
        return float(times.user + times.system)

    before, runs = spent(), 0
    while spent() - before < LEAST_SECONDS:
        connection.execute(f"explain (analyze, timing off) {query}")
        runs += 1
    return (spent() - before) / runs


def measure(url: str, case: Case) -> dict[str, Any]:
    """Processor seconds at each size, and how many times as many after a doubling."""
    query = compiled(url, case)
    sizes = [case.size * 2**doubling for doubling in range(DOUBLINGS + 1)]
    taken = []
    with psycopg.connect(url) as connection:
        connection.execute("set max_parallel_workers_per_gather = 0; set jit = off")
        for size in sizes:
            make_rows(connection, case, size)
            taken.append(work(connection, query))
    return {
        "name": case.name,
        "rows": case.rows,
        "sizes": sizes,
        "seconds": taken,
        "growth": [later / earlier for earlier, later in pairwise(taken)],
        "last_growth": (taken[-1] / taken[-3]) ** 0.5,
    }


def main() -> int:
    """Print the result; 1 when a piece of work grows too fast."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, help="also write the result as JSON")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        Path(name).chmod(0o755)
        server = start_postgres(Path(name) / "data", token_urlsafe())
        make_shared_folder()
        try:
            database = new_database_name()
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute(f"create database {database}")
            with psycopg.connect(server.url(database)) as connection:
                apply_schema(connection, [])
                connection.execute(TABLES)
            results = [measure(server.url(database), case) for case in CASES]
        finally:
            stop_postgres(server.data_folder)
            remove_shared_folder()
    table = Table(title=f"Times as much work at twice the rows (limit {LIMIT} over the last two doublings)")
    for column in ("work", "rows", "first s", "last s", "each doubling", "last two"):
        table.add_column(column, justify="left" if column == "work" else "right")
    for one in results:
        table.add_row(
            one["name"],
            f"{one['sizes'][0]:,} to {one['sizes'][-1]:,} {one['rows']}",
            f"{one['seconds'][0]:.3f}",
            f"{one['seconds'][-1]:.3f}",
            " ".join(f"{growth:.1f}" for growth in one["growth"]),
            f"{one['last_growth']:.2f}",
        )
    Console().print(table)
    if asked.output:
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        asked.output.write_bytes(orjson.dumps({"limit": LIMIT, "results": results}))
    return 0 if all(one["last_growth"] <= LIMIT for one in results) else 1


if __name__ == "__main__":
    sys.exit(main())
