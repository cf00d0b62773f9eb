"""Kill a part of the plant in the middle of a build, run again, and compare with undisturbed plants.

Usage: python tests/e2e/kill_parts.py [part …], of `airflow_scheduler`, `postgres`, `task`,
`airflow_api_server`, `airflow_dag_processor`, `sandbox`; all of them without one. Takes minutes a part, on
the `tiny` market, in homes of its own. `task` is the process that runs dbt.

Each part is killed (SIGKILL) in an empty home's first `make run`, as soon as dbt builds. What that run says,
and how long it takes to, is printed; a second one must end well and leave the tables of an undisturbed plant:
their rows, and every column that is the same in two plants that nothing happened to (clocks are not).
"""

import sys
import tempfile
import time
from pathlib import Path
from subprocess import Popen

import psutil
import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))

from plants import differences, digests, finish, start_run, told_by_clocks, warehouse

from cvplus.errors import PlantError
from cvplus.runtime.services import started_services, stop_all

PARTS = ("airflow_scheduler", "postgres", "task", "airflow_api_server", "airflow_dag_processor", "sandbox")


def wait_for_dbt(home: Path, run: "Popen[str]") -> None:
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


def main(parts: list[str]) -> int:
    """Print what was found; 1 when a plant differs."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kill_parts") as folder:
        undisturbed = []
        for number in (1, 2):
            home = Path(folder) / f"undisturbed_{number}"
            try:
                finish(start_run(home))
                with warehouse(home) as connection:
                    undisturbed.append(digests(connection))
            finally:
                stop_all(home)
        first, second = undisturbed
        clocks = told_by_clocks(first, second)
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
                with warehouse(home) as connection:
                    wrong = differences(digests(connection), first, clocks)
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
