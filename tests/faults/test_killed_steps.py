"""A step that is killed (SIGKILL) and run again leaves the tables of an undisturbed run.

Training, promotion and writing predictions are killed in ``tests/warehouse``, beside their other tests.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from killed_process import run_until_killed

from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.settings import PROJECT_ROOT
from cvplus.warehouse.declared import declared_resources
from cvplus.warehouse.schema import apply_schema

pytestmark = pytest.mark.slow

RUN = ("ingest_product/run-1", "run-1")
RAW_COLUMNS = "record_key, content_hash, batch_id, known_at, record"
BATCH_COLUMNS = "batch_id, state, rows_read, rows_loaded, rows_duplicate, rows_rejected, known_at_rule"
REJECT_COLUMNS = "batch_id, record_number, record_key, reason_code, record"


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A tiny market's exports, and its first and last instant."""
    home = tmp_path_factory.mktemp("market")
    command = [sys.executable, "-m", "sandbox", "build", "--home", str(home), "--size", "tiny"]
    subprocess.run(command, check=True, capture_output=True, cwd=PROJECT_ROOT)
    described = json.loads((home / "market.json").read_text())
    return home / "exports", described["history_start"], described["history_end"]


@dataclass
class Plant:
    """One home and warehouse of a test's own."""

    url: str
    home: Path
    start: str
    end: str

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Answer of a query."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchall()

    def land(self) -> list[str]:
        """Land the whole history of the product's exports."""
        from datetime import datetime

        from cvplus.operations.ingestion import land_product_exports

        return land_product_exports(
            datetime.fromisoformat(self.start), datetime.fromisoformat(self.end), *RUN
        )

    def load(self, batch_ids: list[str]) -> list[str]:
        """Load what was landed."""
        from cvplus.operations.ingestion import load_batches

        return load_batches(batch_ids, "ingest_product", "run-1")

    def gate(self, batch_ids: list[str]) -> list[str]:
        """Gate what was loaded."""
        from cvplus.operations.ingestion import gate_loaded_batches

        return gate_loaded_batches(batch_ids, "ingest_product", "run-1")

    def checksums(self) -> dict[str, str]:
        """A digest of every raw table and of the accounts; seals differ by their random nonces."""
        tables = {
            f"raw.{name}": RAW_COLUMNS
            for (name,) in self.rows(
                "select table_name from information_schema.tables where table_schema = 'raw' order by 1"
            )
        }
        tables |= {"ops.batches": BATCH_COLUMNS, "ops.rejected_records": REJECT_COLUMNS}
        tables["vault.personal_data"] = "subject_id, entity, record_key, content_hash, dropped_on"
        return {
            table: str(
                self.rows(
                    "select count(*) || ' ' || coalesce(md5(string_agg(line, '|' order by line)), '') from "
                    f"(select t::text as line from (select {columns} from {table}) as t) as lines"
                )[0][0]
            )
            for table, columns in tables.items()
        }


@pytest.fixture(autouse=True, scope="module")
def _settings(market: tuple[Path, str, str]) -> Iterator[None]:
    """The same exports and the same master key for every plant."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CVPLUS_EXPORTS_URL", str(market[0]))
        patch.setenv("CVPLUS_MASTER_KEY", "a" * 43 + "=")
        yield


@contextmanager
def new_plant(
    server: EmbeddedPostgres, template: str, home: Path, market: tuple[Path, str, str]
) -> Iterator[Plant]:
    """A plant with a copy of the database ``template``; the settings name it until it goes again."""
    database = f"plant_{uuid4().hex[:12]}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"create database {database} template {template}")
    url = server.url(database)
    with psycopg.connect(url) as connection:
        apply_schema(connection, declared_resources())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CVPLUS_HOME", str(home))
        patch.setenv("CVPLUS_WAREHOUSE_URL", url)
        yield Plant(url, home, *market[1:])
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"drop database {database} with (force)")


@pytest.fixture(scope="module")
def undisturbed(
    market: tuple[Path, str, str], postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Plant]:
    """A plant that has landed, loaded and gated everything, and was never killed."""
    home = tmp_path_factory.mktemp("undisturbed")
    with new_plant(postgres_server, "template_warehouse", home, market) as plant:
        plant.gate(plant.load(plant.land()))
        yield plant


@pytest.mark.parametrize(
    ("step", "place", "nth"),
    [
        ("land", "cvplus.exports.land:sealed_line", 700),
        ("land", "cvplus.exports.land:store_personal_data", 1),
        ("load", "cvplus.warehouse.incoming:serialise", 900),
        ("gate", "cvplus.quality.gate:settle_batch", 4),
    ],
)
def test_an_ingest_step_killed_and_run_again_leaves_the_same_tables(
    undisturbed: Plant,
    market: tuple[Path, str, str],
    postgres_server: EmbeddedPostgres,
    tmp_path: Path,
    step: str,
    place: str,
    nth: int,
) -> None:
    module = "cvplus.operations.ingestion"
    with new_plant(postgres_server, "template_warehouse", tmp_path, market) as disturbed:
        if step == "land":
            window = (disturbed.start, disturbed.end)
            run_until_killed(place, nth, f"{module}:land_product_exports", *window, *RUN)
        landed = disturbed.land()
        arguments = (landed, "ingest_product", "run-1")
        if step == "load":
            run_until_killed(place, nth, f"{module}:load_batches", *arguments)
        disturbed.load(landed)
        if step == "gate":
            run_until_killed(place, nth, f"{module}:gate_loaded_batches", *arguments)
        disturbed.gate(landed)
        assert disturbed.checksums() == undisturbed.checksums()


def test_a_build_killed_and_run_again_leaves_the_same_tables(
    undisturbed: Plant, market: tuple[Path, str, str], postgres_server: EmbeddedPostgres, tmp_path: Path
) -> None:
    digests = []
    loaded = str(psycopg.conninfo.conninfo_to_dict(undisturbed.url)["dbname"])
    for is_disturbed in (True, False):
        with new_plant(postgres_server, loaded, tmp_path / f"{is_disturbed}", market) as plant:
            if is_disturbed:
                process = start_build(plant)
                while not plant.rows("select 1 from pg_tables where schemaname = 'intermediate' limit 1"):
                    assert process.poll() is None, "the build ended before it could be killed"
                    time.sleep(0.05)
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            finished = start_build(plant)
            output, _ = finished.communicate(timeout=1_500)
            assert finished.returncode == 0, output.decode()[-2000:]
            digests.append(built_tables(plant))
    assert digests[0] == digests[1]
    assert len(digests[0]) > 30, "too few tables were compared"


def start_build(plant: Plant) -> "subprocess.Popen[bytes]":
    """Start dbt as the warehouse build does, on one plant."""
    target = psycopg.conninfo.conninfo_to_dict(plant.url)
    environment = {
        **os.environ,
        "CVPLUS_DBT_HOST": str(target["host"]),
        "CVPLUS_DBT_PORT": str(target["port"]),
        "CVPLUS_DBT_USER": str(target["user"]),
        "CVPLUS_DBT_PASSWORD": str(target["password"]),
        "CVPLUS_DBT_DBNAME": str(target["dbname"]),
        "DBT_PROFILES_DIR": str(PROJECT_ROOT / "dbt_project"),
        "DBT_TARGET_PATH": str(plant.home / "dbt"),
        "DBT_LOG_PATH": str(plant.home / "dbt"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    command = [sys.executable, "-m", "dbt.cli.main", "run", "--exclude", "tag:reads_predictions"]
    seeds = [sys.executable, "-m", "dbt.cli.main", "seed", "--project-dir", "dbt_project"]
    subprocess.run(seeds, env=environment, cwd=PROJECT_ROOT, check=True, capture_output=True)
    return subprocess.Popen(
        [*command, "--project-dir", "dbt_project"],
        env=environment,
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def built_tables(plant: Plant) -> dict[str, str]:
    """A digest of every table that dbt built; the fetch and load clocks differ between two homes."""
    names = plant.rows(
        """
        select schemaname || '.' || tablename from pg_tables
        where schemaname in ('staging', 'intermediate', 'features', 'marts') order by 1
        """
    )
    return {
        str(name): str(
            plant.rows(
                "select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') "
                f"from (select * from {name}) as t"
            )[0][0]
        )
        for (name,) in names
    }
