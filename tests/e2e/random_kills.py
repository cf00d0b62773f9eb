"""Kill parts of the plant at random moments, run again, and compare with undisturbed plants.

Usage: python tests/e2e/random_kills.py [--rounds 10] [--first 0] [--seed 7] [--undisturbed FILE …]

A round is an empty home on the `tiny` market. Its first start loses its power at a random moment: everything
of the home is killed. Then, while `make run` works, each service is killed once, at moments and in an order
drawn by the seed; MLflow, which serves when the chain has run, right after it. A last `make run` must end
well and leave the tables of undisturbed plants: their rows, and every column that two of those have in
common. So ten rounds are sixty kills of services and ten lost first starts. A round takes some four minutes.

`--undisturbed` names files with the tables of undisturbed plants; of two that are needed, the rest are made.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "plugins"))

from plants import (  # noqa: E402
    Digests,
    differences,
    digests,
    finish,
    read_digests,
    start_run,
    told_by_clocks,
    warehouse,
)

from cvplus.runtime.services import running_services, stop_all  # noqa: E402

SERVICES = ("postgres", "airflow_scheduler", "airflow_dag_processor", "airflow_api_server", "sandbox")
MLFLOW = "mlflow"
FIRST_START_SECONDS = 30
# Most of the chain's time on the `tiny` market, so that few kills come after its end.
WORKING_SECONDS = 100


def process_of(home: Path, service: str) -> psutil.Process | None:
    """The process of a service, while it lives."""
    if service != "postgres":
        return running_services(home).get(service)
    with suppress(OSError, ValueError, IndexError, psutil.NoSuchProcess):
        return psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0]))
    return None


def lose_power(home: Path, after_seconds: float) -> None:
    """Begin a first start and kill everything of it at once, a while later."""
    run = start_run(home)
    time.sleep(after_seconds)
    doomed = psutil.Process(run.pid).children(recursive=True)
    doomed += [part for part in psutil.process_iter() if _belongs(part, home)]
    os.kill(run.pid, signal.SIGKILL)
    for process in doomed:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    run.communicate()


def _belongs(process: psutil.Process, home: Path) -> bool:
    with suppress(psutil.Error):
        return process.pid != os.getpid() and process.environ().get("CVPLUS_HOME") == str(home)
    return False


def kill_while_running(home: Path, draw: random.Random) -> list[str]:
    """Run the chain, killing each service once on the way; what was killed, and when."""
    plan = sorted((draw.uniform(5, WORKING_SECONDS), service) for service in SERVICES)
    run, began, killed = start_run(home), time.monotonic(), []
    for due, service in plan:
        time.sleep(max(0.0, began + due - time.monotonic()))
        if run.poll() is not None:
            tell_end(run)
            run = start_run(home)
        killed += kill(home, service, time.monotonic() - began)
    tell_end(run)
    if not process_of(home, MLFLOW):
        tell_end(start_run(home))
    return killed + kill(home, MLFLOW, time.monotonic() - began)


def tell_end(run: "subprocess.Popen[str]") -> None:
    """Wait for the end of a run that parts were killed under, and say what it was."""
    output, _ = run.communicate()
    print(f"  a run with kills ended with {run.returncode}: {output.strip().splitlines()[-1]}", flush=True)


def kill(home: Path, service: str, at: float) -> list[str]:
    """Kill a service as soon as it lives; one that does not within a minute is told of."""
    for _ in range(600):
        process = process_of(home, service)
        if process is not None:
            with suppress(psutil.NoSuchProcess):
                process.kill()
                return [f"{service} at {at:.0f} s"]
        time.sleep(0.1)
    print(f"  {service} was not there to be killed", flush=True)
    return []


def undisturbed(folder: Path, files: list[Path]) -> list[Digests]:
    """The tables of two plants that nothing happened to."""
    found = [read_digests(file) for file in files]
    while len(found) < 2:
        home = folder / f"undisturbed_{len(found)}"
        try:
            finish(start_run(home))
            with warehouse(home) as connection:
                found.append(digests(connection))
        finally:
            stop_all(home)
    return found


def what_differs(home: Path, expected: Digests, clocks: set[str]) -> list[str]:
    """Run the chain a last time; what is not as in an undisturbed plant then."""
    run = start_run(home)
    output, _ = run.communicate()
    if run.returncode != 0:
        return [f"the end of the last run: {output[-2000:]}"]
    with warehouse(home) as connection:
        return differences(digests(connection), expected, clocks)


def main() -> int:
    """Print what was found; 1 when a plant differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="the number of the first round, to repeat one")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--undisturbed", type=Path, nargs="*", default=[])
    arguments = parser.parse_args()
    kills = wrong_rounds = 0
    with tempfile.TemporaryDirectory(prefix="random_kills") as folder:
        first, second = undisturbed(Path(folder), arguments.undisturbed)
        clocks = told_by_clocks(first, second)
        print(f"undisturbed: {len(first)} tables and columns, of which {len(clocks)} hold clocks", flush=True)
        for number in range(arguments.first, arguments.first + arguments.rounds):
            draw = random.Random(f"{arguments.seed}.{number}")
            home = Path(folder) / f"round_{number}"
            try:
                lost = draw.uniform(0.5, FIRST_START_SECONDS)
                lose_power(home, lost)
                killed = kill_while_running(home, draw)
                wrong = what_differs(home, first, clocks)
            finally:
                stop_all(home)
            kills += len(killed)
            wrong_rounds += bool(wrong)
            outcome = "as undisturbed" if not wrong else f"differs in {', '.join(wrong)}"
            print(f"round {number}: power lost at {lost:.1f} s; {', '.join(killed)}: {outcome}", flush=True)
    print(f"{kills} kills of services and {arguments.rounds} lost first starts")
    print(f"{arguments.rounds - wrong_rounds} passed, {wrong_rounds} failed")
    return 1 if wrong_rounds else 0


if __name__ == "__main__":
    sys.exit(main())
