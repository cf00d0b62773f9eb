"""Kill a part of the plant in the middle of a build, run again, and compare with undisturbed plants.

Usage: python tests/e2e/kill_parts.py [part …], of `airflow_scheduler`, `postgres`, `task`,
`airflow_api_server`, `airflow_dag_processor`, `sandbox`; all of them without one. Takes minutes a part, on
the `tiny` market, in homes of its own. `task` is the process that runs dbt.

Each part is killed (SIGKILL) in an empty home's first `make run`, as soon as dbt builds. What that run says,
and how long it takes to, is printed; a second one must end well and leave the tables of an undisturbed plant:
their rows, and every column that is the same in two plants that nothing happened to (clocks are not).
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))

from cvplus.errors import PlantError
from cvplus.runtime.services import started_services, stop_all
from cvplus.settings import PROJECT_ROOT, load_settings

PARTS = ("airflow_scheduler", "postgres", "task", "airflow_api_server", "airflow_dag_processor", "sandbox")
SCHEMAS = ["raw", "staging", "intermediate", "features", "predictions", "marts"]
RUN = [sys.executable, "-W", "ignore", "-m", "cvplus.runtime", "run"]

Digests = dict[str, str]


def start_run(home: Path) -> "subprocess.Popen[str]":
    """Start `make run` in a home."""
    environment = {
        **os.environ,
        "CVPLUS_HOME": str(home),
        "CVPLUS_SANDBOX_SIZE": "tiny",
        "PYTHONPATH": f"{PROJECT_ROOT}{os.pathsep}{PROJECT_ROOT / 'plugins'}",
    }
    return subprocess.Popen(
        RUN, env=environment, cwd=PROJECT_ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def finish(run: "subprocess.Popen[str]") -> None:
    """Wait for a run that must end well."""
    output, _ = run.communicate()
    if run.returncode != 0:
        raise SystemExit(f"A run failed that should not have:\n{output[-3000:]}")


def warehouse(home: Path) -> psycopg.Connection:
    """A connection to a home's warehouse."""
    os.environ["CVPLUS_HOME"] = str(home)
    return psycopg.connect(load_settings().resolved_warehouse_url, autocommit=True)


def wait_for_dbt(home: Path, run: "subprocess.Popen[str]") -> None:
    """Wait until dbt has built a model."""
    while run.poll() is None:
        try:
            with warehouse(home) as connection:
                if connection.execute("select 1 from ops.model_runs where kind = 'model' limit 1").fetchone():
                    return
        except (psycopg.Error, PlantError):
            pass  # the warehouse is not there yet
        time.sleep(0.2)
    raise SystemExit(f"The run ended before dbt built: {run.communicate()[0][-3000:]}")


def process_of(home: Path, part: str) -> psutil.Process:
    """The process of a part."""
    if part == "postgres":
        return psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0]))
    if part == "task":
        scheduler = psutil.Process(started_services(home)["airflow_scheduler"].pid)
        children = scheduler.children(recursive=True)
        (task,) = [one for one in children if one.parent() != scheduler and not one.children()][:1]
        return task
    return psutil.Process(started_services(home)[part].pid)


def digests(home: Path) -> Digests:
    """How many rows each table has, and a digest of each of its columns."""
    with warehouse(home) as connection:
        connection.execute("set time zone 'UTC'")
        columns = connection.execute(
            """
            select table_schema, table_name, column_name from information_schema.columns
            inner join information_schema.tables using (table_schema, table_name)
            where table_schema = any(%s) and table_type = 'BASE TABLE' order by 1, 2, ordinal_position
            """,
            [SCHEMAS],
        ).fetchall()
        found = {}
        for schema, table, column in columns:
            query = sql.SQL(
                "select count(*), md5(string_agg(v, '|' order by v)) from (select {}::text as v from {}) as t"
            )
            row = connection.execute(
                query.format(sql.Identifier(column), sql.Identifier(schema, table))
            ).fetchone()
            assert row is not None
            found[f"{schema}.{table}"] = str(row[0])
            found[f"{schema}.{table}.{column}"] = str(row[1])
        return found


def differences(found: Digests, expected: Digests, told_by_clocks: set[str]) -> list[str]:
    """Tables and columns that are not those of an undisturbed plant."""
    return sorted(
        name
        for name in found.keys() | expected.keys()
        if name not in told_by_clocks and found.get(name) != expected.get(name)
    )


def main(parts: list[str]) -> int:
    """Print what was found; 1 when a plant differs."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kill_parts") as folder:
        undisturbed = []
        for number in (1, 2):
            home = Path(folder) / f"undisturbed_{number}"
            try:
                finish(start_run(home))
                undisturbed.append(digests(home))
            finally:
                stop_all(home)
        first, second = undisturbed
        clocks = {name for name in first.keys() | second.keys() if first.get(name) != second.get(name)}
        print(f"undisturbed: {len(first)} tables and columns, of which {len(clocks)} hold clocks", flush=True)
        for part in parts:
            home = Path(folder) / part
            try:
                run = start_run(home)
                wait_for_dbt(home, run)
                process_of(home, part).kill()
                killed_at = time.monotonic()
                output, _ = run.communicate()
                said = " ".join(output.strip().splitlines()[-4:])
                print(
                    f"{part}: killed; `make run` ended with {run.returncode} after "
                    f"{time.monotonic() - killed_at:.0f} s: {said}",
                    flush=True,
                )
                finish(start_run(home))
                wrong = differences(digests(home), first, clocks)
                failed += bool(wrong)
                print(
                    f"{part}: {'as undisturbed' if not wrong else 'differs in ' + ', '.join(wrong)}",
                    flush=True,
                )
            finally:
                run.kill()
                stop_all(home)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(PARTS)))
