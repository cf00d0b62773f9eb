"""Postgres, the network and the task are killed twenty times at random during a full load.

What is left after reruns is what an undisturbed load leaves. The moments are drawn with a fixed seed; what
they hit also depends on the machine, and must not matter.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from own_server import own_server
from sandbox_process import Sandbox, running_sandbox

from cvplus.errors import WarehouseUnavailable
from cvplus.exports import land as exports
from cvplus.lake.manifest import Manifest
from cvplus.operations.ingestion import PRODUCT, land_product_exports, load_batches
from cvplus.runtime.postgres import EmbeddedPostgres, start_postgres
from cvplus.settings import PROJECT_ROOT, SIMULATED
from cvplus.warehouse.declared import declared_resources
from cvplus.warehouse.schema import apply_schema

pytestmark = pytest.mark.slow

# The product's exports, and providers that differ: in paging, in what is a snapshot, in how many resources.
SOURCES = (PRODUCT, "stack_overflow", "crunchbase", "usajobs", "esco", "coursera", "fx_rates")
FULL_LOAD = Path(__file__).with_name("full_load.py")
KILLS = 20
SEED = 20
LONGEST_UNDISTURBED_SECONDS = 2.5
MOST_RUNS = 60


@dataclass
class Plant:
    """A home and a warehouse."""

    url: str
    home: Path

    def start(self, sandbox: Sandbox, sources: list[str], log: Path) -> "subprocess.Popen[bytes]":
        """Start a full load; what it says goes to ``log``."""
        window = (sandbox.window.start.isoformat(), sandbox.window.end.isoformat())
        path = os.pathsep.join(map(str, (PROJECT_ROOT, PROJECT_ROOT / "plugins", PROJECT_ROOT / "tests")))
        with log.open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-W", "ignore", str(FULL_LOAD), sandbox.address, *window, *sources],
                env={
                    **os.environ,
                    "PYTHONPATH": path,
                    "CVPLUS_HOME": str(self.home),
                    "CVPLUS_WAREHOUSE_URL": self.url,
                    "CVPLUS_DATA_ORIGIN": SIMULATED,
                },
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Answer of a query."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchall()

    def tables(self) -> dict[str, list[tuple[object, ...]]]:
        """Keys and hashes of all that is in raw, the accounts of all batches, and what was rejected."""
        names = self.rows(
            "select table_name from information_schema.tables where table_schema = 'raw' order by 1"
        )
        found = {
            f"raw.{name}": self.rows(f"select record_key, content_hash from raw.{name} order by 1, 2")
            for (name,) in names
        }
        found["accounts"] = self.rows(
            """
            select source, resource, state, count(*), sum(rows_read), sum(rows_loaded), sum(rows_duplicate),
                sum(rows_rejected), bool_or(is_partial), bool_or(is_stale)
            from ops.batches group by 1, 2, 3 order by 1, 2, 3
            """
        )
        found["rejects"] = self.rows(
            "select source, resource, record_number, record_key, reason_code from ops.rejected_records "
            "order by 1, 2, 3"
        )
        return {name: rows for name, rows in found.items() if rows}


def crash(server: EmbeddedPostgres) -> None:
    """Kill every process of a server at once, nothing written that was not written yet; start it again."""
    pid_file = server.data_folder / "postmaster.pid"
    os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGQUIT)
    while pid_file.exists():
        time.sleep(0.05)
    start_postgres(server.data_folder, server.password, server.port)


class Saboteur:
    """Kills Postgres, the provider, its connections or the task; all but the task are back at once."""

    def __init__(self, server: EmbeddedPostgres, sandbox: Sandbox) -> None:
        self.server, self.sandbox = server, sandbox

    def strike(self, kind: str, task: "subprocess.Popen[bytes]") -> None:
        """Do it, whatever the task is at."""
        strikes = {
            "postgres": lambda: crash(self.server),
            "provider": self._provider,
            "connections": self._connections,
            "task": task.kill,
        }
        strikes[kind]()

    def _provider(self) -> None:
        self.sandbox.process.kill()
        self.sandbox.process.wait()
        self.sandbox.start()

    def _connections(self) -> None:
        """The next request to each source is reset, and the answer to the one after is cut."""
        faults = [
            {"provider": source, "kind": kind}
            for source in SOURCES
            if source != PRODUCT
            for kind in ("reset", "cut")
        ]
        self.sandbox.ask("faults", faults)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
def sandbox(home: Path) -> Iterator[Sandbox]:
    with running_sandbox(home) as running:
        yield running


@pytest.fixture(autouse=True)
def _settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVPLUS_EXPORTS_URL", str(home / "exports"))
    monkeypatch.setenv("CVPLUS_MASTER_KEY", "a" * 43 + "=")


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """A server of this test's own: it is crashed."""
    with own_server() as running:
        yield running


def plant(server: EmbeddedPostgres, name: str, home: Path) -> Plant:
    """An empty warehouse and home."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"create database {name}")
    with psycopg.connect(server.url(name)) as connection:
        apply_schema(connection, declared_resources())
    with psycopg.connect(server.url(name), autocommit=True) as connection:
        connection.execute("checkpoint")  # commits are asynchronous here, and what follows is crashes
    return Plant(server.url(name), home)


def has_begun(log: Path, task: "subprocess.Popen[bytes]") -> bool:
    """Wait until work begins; ``False`` when the task ended without."""
    while task.poll() is None:
        if b"begun" in log.read_bytes():
            return True
        time.sleep(0.02)
    return False


def test_twenty_kills_at_random_leave_the_tables_of_an_undisturbed_load(
    server: EmbeddedPostgres, sandbox: Sandbox, tmp_path: Path
) -> None:
    undisturbed = plant(server, "undisturbed", tmp_path / "undisturbed")
    log = tmp_path / "load.log"
    assert undisturbed.start(sandbox, list(SOURCES), log).wait(timeout=1_500) == 0, log.read_text()[-2000:]

    disturbed = plant(server, "disturbed", tmp_path / "disturbed")
    random = Random(SEED)
    saboteur = Saboteur(server, sandbox)
    kinds = random.sample(["postgres", "provider", "connections", "task"] * (KILLS // 4), KILLS)
    struck, runs = Counter[str](), 0
    task: subprocess.Popen[bytes] | None = None
    while kinds:
        if task is None or task.poll() is not None:
            assert task is None or task.returncode != 0, f"it was done after {struck.total()} kills"
            runs += 1
            assert runs <= MOST_RUNS, log.read_text()[-2000:]
            task = disturbed.start(sandbox, random.sample(SOURCES, len(SOURCES)), log)
        if not has_begun(log, task):
            continue
        time.sleep(random.uniform(0, LONGEST_UNDISTURBED_SECONDS))
        if task.poll() is None:
            kind = kinds.pop()
            saboteur.strike(kind, task)
            struck[kind] += 1
    sandbox.ask("faults", method="DELETE")
    while task is not None and task.wait(timeout=1_500) != 0:
        runs += 1
        assert runs <= MOST_RUNS, log.read_text()[-2000:]
        task = disturbed.start(sandbox, list(SOURCES), log)

    assert struck.total() == KILLS
    found, expected = disturbed.tables(), undisturbed.tables()
    assert {name: len(rows) for name, rows in found.items()} == {
        name: len(rows) for name, rows in expected.items()
    }
    assert found == expected
    assert len({name for name in expected if name.startswith("raw.")}) > len(SOURCES)


def test_a_crash_of_postgres_leaves_no_line_in_the_lake_that_cannot_be_opened(
    server: EmbeddedPostgres, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed = plant(server, "crashed", tmp_path)
    monkeypatch.setenv("CVPLUS_HOME", str(crashed.home))
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", crashed.url)
    land_product = exports.land_product

    def crashing(entity: str, *arguments: Any) -> list[Manifest]:
        manifests = land_product(entity, *arguments)
        if entity == "applications":
            crash(server)
        return manifests

    window = (sandbox.window.start, sandbox.window.end)
    run = (f"ingest_{PRODUCT}/run-1", "run-1")
    with monkeypatch.context() as patch:
        patch.setattr(exports, "land_product", crashing)
        with pytest.raises(WarehouseUnavailable):
            land_product_exports(*window, *run)
    load_batches(land_product_exports(*window, *run), *run)
    reasons = crashed.rows("select distinct resource, reason_code from ops.rejected_records")
    assert "seal_broken" not in {reason for _, reason in reasons}
    assert crashed.rows("select count(*) > 0 from raw.product__applications") == [(True,)]
