"""Builds of the invented project: in this process, in one of their own, and what they have told."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from layered_project import accept_batch, write_project

from cvplus.settings import PROJECT_ROOT
from cvplus.transform.build import build_layer
from cvplus.warehouse.schema import create_raw_table

UNITED = ("int_things", "int_more", "int_others")


@dataclass
class Build:
    """An invented project, its warehouse and dbt's folder."""

    project: Path
    url: str
    folder: Path

    def layer(self, layer: str, run_id: str = "run-1", *, is_full: bool = False) -> int:
        """Build a layer."""
        return build_layer(
            layer,
            "build_warehouse",
            run_id,
            warehouse_url=self.url,
            folder=self.folder,
            is_full=is_full,
            project=self.project,
        )

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Answer of a query."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchall()

    def last_run(self, column: str = "status") -> dict[str, object]:
        """What the newest dbt run has told of each node."""
        return dict(
            self.rows(
                f"""
                select node, {column} from ops.model_runs where invocation_id = (
                    select invocation_id from ops.layer_runs order by started_at desc limit 1
                )
                """
            )
        )

    def start(self, layer: str) -> "subprocess.Popen[bytes]":
        """Build a layer in a process of its own."""
        code = (
            "from pathlib import Path; from cvplus.transform.build import build_layer;"
            f"build_layer({layer!r}, 'build_warehouse', 'run-1', warehouse_url={self.url!r},"
            f"folder=Path({str(self.folder)!r}), project=Path({str(self.project)!r}))"
        )
        path = os.pathsep.join((str(PROJECT_ROOT), str(PROJECT_ROOT / "plugins")))
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait_until(self, query: str, process: "subprocess.Popen[bytes] | None" = None) -> None:
        """Wait until a query has an answer; the test's own limit ends a wait in vain."""
        while not self.rows(query):
            assert process is None or process.poll() is None, "the build ended before it came so far"
            time.sleep(0.05)


def new_build(folder: Path, url: str, parse: Path) -> Build:
    """A project in a folder and a warehouse of its own."""
    (folder / "dbt").mkdir()
    shutil.copy(parse, folder / "dbt")
    with psycopg.connect(url) as connection:
        for table in ("invented__things", "invented__others"):
            create_raw_table(connection, table)
        accept_batch(connection, "batch-1", "things")
        accept_batch(connection, "batch-2", "others")
    return Build(write_project(folder / "project"), url, folder / "dbt")
