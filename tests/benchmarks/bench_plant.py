"""What orchestration costs: the chain under Airflow beside its own functions without it, in one call.

``python tests/benchmarks/bench_plant.py [--size tiny|small] [--busy N] [--rest SECONDS]`` starts two plants
on copies of one market, each on an empty home. It prints, for a cold pass (all but the last day), a warm one
(the last day) and one without news, the seconds of the bare functions (one process, providers in four) and
of the chain (from the first run to the last; services run already), then what the resting plant uses.
With ``--busy``, so many processes of equal priority keep the cores busy. Ends with 1 when an aim is missed.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))

from cvplus.runtime.airflow_api import AirflowApi
from cvplus.runtime.chain import Chain
from cvplus.runtime.patience import Patience
from cvplus.runtime.services import services_file, stop_all
from cvplus.runtime.start import Plant, start_mlflow_pages, start_plant
from cvplus.settings import PROJECT_ROOT, load_settings

# The chain's seconds as a multiple of the bare functions', with free cores and with busy ones.
MOST_OVERHEAD = 1.25
MOST_OVERHEAD_BUSY = 1.5
# A pass without news, as a share of the bare cold work.
MOST_WITHOUT_NEWS = 0.1
MOST_CORES_AT_REST = 0.1
MOST_BYTES_AT_REST = 1.5e9
LAST_DAY = timedelta(days=1)


@dataclass
class Passes:
    """Seconds of each pass, and the bare functions' seconds by step."""

    seconds: dict[str, float] = field(default_factory=dict)
    steps: dict[str, dict[str, float]] = field(default_factory=dict)


def spin() -> None:
    """Keep one core busy until this process is ended."""
    while True:
        pass


@contextmanager
def busy_processes(count: int) -> Iterator[None]:
    """So many busy processes of equal priority."""
    processes = [multiprocessing.Process(target=spin, daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
            process.join()


@contextmanager
def plant(home: Path, market: Path | None) -> Iterator[Plant]:
    """A plant of its own on an empty home, with a copy of the market if there is one already."""
    os.environ["CVPLUS_HOME"] = str(home)
    if market is not None:
        shutil.copytree(market, home / "sandbox")
    try:
        yield start_plant(load_settings(), None, lambda step: None)
    finally:
        stop_all(home)


def history(running: Plant) -> tuple[datetime, datetime]:
    """First and last instant of the market."""
    told = json.loads((running.sandbox_home / "market.json").read_text())
    first, last = (datetime.fromisoformat(told[name]) for name in ("history_start", "history_end"))
    return first.astimezone(UTC), last.astimezone(UTC)


def passes_of(first: datetime, last: datetime) -> dict[str, datetime]:
    """Until when each pass reads."""
    return {"cold": last - LAST_DAY, "warm": last, "without news": last}


def run_bare(running: Plant) -> Passes:
    """The three passes without Airflow, whose services are stopped meanwhile."""
    for name in json.loads(services_file(running.settings.home).read_text()):
        if name.startswith("airflow"):
            stop_service(running.settings.home, name)
    first, last = history(running)
    passes = Passes()
    for name, until in passes_of(first, last).items():
        command = [
            sys.executable,
            "-W",
            "ignore",
            str(PROJECT_ROOT / "tests" / "benchmarks" / "bare_chain.py"),
        ]
        started = time.monotonic()
        ended = subprocess.run(
            [*command, first.isoformat(), until.isoformat()],
            env=running.environment,
            capture_output=True,
            text=True,
            cwd=PROJECT_ROOT,
        )
        if ended.returncode != 0:
            raise SystemExit(f"The bare functions failed: {ended.stderr[-3000:]}")
        passes.seconds[name] = time.monotonic() - started
        passes.steps[name] = json.loads(ended.stdout.splitlines()[-1])["steps"]
    return passes


def stop_service(home: Path, name: str) -> None:
    """End one service and its children."""
    process = psutil.Process(json.loads(services_file(home).read_text())[name]["pid"])
    family = [process, *process.children(recursive=True)]
    for member in family:
        member.terminate()
    _, alive = psutil.wait_procs(family, timeout=20)
    for member in alive:
        member.kill()


def run_chain(running: Plant) -> Passes:
    """The three passes under Airflow."""
    first, last = history(running)
    api = AirflowApi(running.airflow_url, "admin", running.airflow_password)
    log = (running.settings.home / "logs" / "chain.log").open("a")
    passes = Passes()
    for name, until in passes_of(first, last).items():
        began = datetime.now(UTC)
        console = Console(file=log, width=120)
        patience = Patience(running.settings.home, console, running.environment)
        chain = Chain(api, running.settings, console, began, patience)
        chain.wait_for_dags()
        started = time.monotonic()
        chain.pass_once(first, until)
        passes.seconds[name] = time.monotonic() - started
        if chain.source_failures:
            raise chain.source_failures[0]
    return passes


def at_rest(home: Path, seconds: float) -> tuple[float, float]:
    """Cores and proportional bytes that all processes of a plant use over some seconds."""
    processes = [psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0]))]
    processes += [
        psutil.Process(entry["pid"]) for entry in json.loads(services_file(home).read_text()).values()
    ]

    def family() -> list[psutil.Process]:
        return [member for one in processes for member in (one, *one.children(recursive=True))]

    def used() -> float:
        times = [member.cpu_times() for member in family()]
        return sum(one.user + one.system for one in times)

    before = used()
    time.sleep(seconds)
    cores = (used() - before) / seconds
    return cores, float(sum(member.memory_full_info().pss for member in family()))


def main() -> int:
    """Print the result; 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="small")
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--rest", type=float, default=300)
    asked = parser.parse_args()
    os.environ["CVPLUS_SANDBOX_SIZE"] = asked.size
    with tempfile.TemporaryDirectory(prefix="bench_plant") as name:
        folder = Path(name)
        with plant(folder / "bare", None) as running, busy_processes(asked.busy):
            bare = run_bare(running)
        with plant(folder / "chain", folder / "bare" / "sandbox") as running:
            with busy_processes(asked.busy):
                chain = run_chain(running)
            start_mlflow_pages(running)
            time.sleep(15)
            cores, size = at_rest(running.settings.home, asked.rest) if asked.rest else (0.0, 0.0)
    return report(asked, bare, chain, cores, size)


def report(asked: argparse.Namespace, bare: Passes, chain: Passes, cores: float, size: float) -> int:
    """Print what was measured beside what it is to reach; returns how many aims were missed, at most 1."""
    most = MOST_OVERHEAD_BUSY if asked.busy else MOST_OVERHEAD
    table = Table(title=f"Market {asked.size}, {os.cpu_count()} cores, {asked.busy} busy processes beside")
    for column in ("pass", "bare s", "chain s", "ratio", "aim"):
        table.add_column(column, justify="left" if column == "pass" else "right")
    missed = []
    for name in ("cold", "warm"):
        ratio = chain.seconds[name] / bare.seconds[name]
        table.add_row(
            name, f"{bare.seconds[name]:.0f}", f"{chain.seconds[name]:.0f}", f"{ratio:.2f}", f"{most}"
        )
        missed += [name] if ratio > most else []
    share = chain.seconds["without news"] / bare.seconds["cold"]
    table.add_row(
        "without news, of the bare cold work",
        f"{bare.seconds['cold']:.0f}",
        f"{chain.seconds['without news']:.0f}",
        f"{share:.2f}",
        f"{MOST_WITHOUT_NEWS}",
    )
    missed += ["without news"] if share > MOST_WITHOUT_NEWS else []
    console = Console(width=110)
    console.print(table)
    for name, steps in bare.steps.items():
        console.print(
            f"bare {name}: " + ", ".join(f"{step} {seconds:.1f}" for step, seconds in steps.items())
        )
    if asked.rest:
        console.print(
            f"at rest over {asked.rest:.0f} s: {cores:.3f} cores (aim {MOST_CORES_AT_REST}), "
            f"{size / 1e9:.2f} GB proportional (aim {MOST_BYTES_AT_REST / 1e9})"
        )
        missed += ["rest"] if cores > MOST_CORES_AT_REST or size > MOST_BYTES_AT_REST else []
    if missed:
        console.print(f"[red]missed: {', '.join(missed)}[/]")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
