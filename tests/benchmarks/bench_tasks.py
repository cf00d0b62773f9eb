"""What a task costs before it does anything: runs of two, three and four tasks that do nothing, in turn.

``python tests/benchmarks/bench_tasks.py [--runs N] [--rounds N]`` starts a plant on an empty home with three
DAGs of such tasks, starts N runs of one DAG at once (as many as there are sources), and prints the seconds
until the last has ended and the seconds of a core that the machine was busy meanwhile.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import psutil
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))

from cvplus.runtime.airflow_api import AirflowApi
from cvplus.runtime.services import AIRFLOW_COMMANDS, end_processes, running_services, start_process, stop_all
from cvplus.runtime.start import PRELOADED, Plant, start_plant
from cvplus.runtime.watcher import WATCHER
from cvplus.settings import load_settings

COUNTS = (2, 3, 4)
DAG = """
from airflow.sdk import dag, task

@dag(dag_id="chain_{count}", schedule=None, catchup=False, max_active_runs=100)
def chain():
    @task
    def step(batches: list[str]) -> list[str]:
        return [*batches, "a batch"]

    batches = step.override(task_id="step_1")([])
    for number in range(2, {count} + 1):
        batches = step.override(task_id=f"step_{{number}}")(batches)

chain()
"""


def with_dags(plant: Plant, folder: Path) -> None:
    """Let the plant's Airflow know the DAGs of a folder instead of its own."""
    for count in COUNTS:
        (folder / f"chain_{count}.py").write_text(DAG.format(count=count))
    home = plant.settings.home
    running = running_services(home)
    changed = [name for name in AIRFLOW_COMMANDS if name != "airflow_api_server"]
    for name in (WATCHER, *changed):
        end_processes([running[name], *running[name].children(recursive=True)])
    environment = plant.environment | {"AIRFLOW__CORE__DAGS_FOLDER": str(folder)}
    for name in changed:
        command = [sys.executable, "-m", "airflow", *AIRFLOW_COMMANDS[name]]
        start_process(home, name, command, environment, {"CVPLUS_PRELOAD": PRELOADED})


def busy_seconds() -> float:
    """Seconds of a core that this machine has been busy."""
    told = psutil.cpu_times()
    return float(told.user + told.nice + told.system)


def measure(api: AirflowApi, dag_id: str, runs: int) -> tuple[float, float]:
    """Seconds, and seconds of a core, from the first run's start to the last one's end."""
    began, busy = time.monotonic(), busy_seconds()
    awaited = [api.trigger(dag_id, {}) for _ in range(runs)]
    for run in awaited:
        while not (found := api.run(dag_id, run.run_id)).is_finished:
            time.sleep(0.5)
        if found.state != "success":
            raise SystemExit(f"{dag_id} {run.run_id} ended as {found.state}.")
    return time.monotonic() - began, busy_seconds() - busy


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    os.environ["CVPLUS_SANDBOX_SIZE"] = "tiny"
    with tempfile.TemporaryDirectory(prefix="bench_tasks") as name:
        folder = Path(name)
        os.environ["CVPLUS_HOME"] = str(folder / "home")
        (folder / "dags").mkdir()
        plant = start_plant(load_settings(), None, lambda step: None)
        try:
            with_dags(plant, folder / "dags")
            api = AirflowApi(plant.airflow_url, "admin", plant.airflow_password)
            while not {f"chain_{count}" for count in COUNTS} <= api.dag_ids():
                time.sleep(1)
            found: dict[int, list[tuple[float, float]]] = {count: [] for count in COUNTS}
            for _ in range(asked.rounds):
                for count in COUNTS:
                    found[count].append(measure(api, f"chain_{count}", asked.runs))
        finally:
            stop_all(plant.settings.home)
    table = Table(title=f"{asked.runs} runs at once, {os.cpu_count()} cores, median of {asked.rounds}")
    for column in ("tasks a run", "seconds", "core seconds", "core seconds a task"):
        table.add_column(column, justify="right")
    for count in COUNTS:
        seconds = median(told[0] for told in found[count])
        cores = median(told[1] for told in found[count])
        table.add_row(str(count), f"{seconds:.1f}", f"{cores:.1f}", f"{cores / count / asked.runs:.2f}")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
