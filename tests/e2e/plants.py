"""Plants on the `tiny` market in homes of their own, and what their tables hold, column by column."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from cvplus.settings import PROJECT_ROOT, load_settings

SCHEMAS = ["raw", "staging", "intermediate", "features", "predictions", "marts"]
# What was held of a thing before all sources had spoken depends on which was read first, and how often it was
# said on how many builds there were; a kill moves both. What holds now does not.
NOW = "known_until is null"
COMPARED = {
    "intermediate.int_companies": NOW,
    "intermediate.int_company_links": NOW,
    "intermediate.int_company_names": NOW,
    "intermediate.int_job_links": NOW,
    "intermediate.int_jobs": NOW,
    "intermediate.int_pay_observations": NOW,
    "raw.derived__company_record_links": "false",
    "raw.derived__posting_links": "false",
    "staging.stg_derived__company_record_links": NOW,
    "staging.stg_derived__posting_links": NOW,
}
RUN = [sys.executable, "-W", "ignore", "-m", "cvplus.runtime", "run"]

Digests = dict[str, str]


def start_run(home: Path) -> "subprocess.Popen[str]":
    """Start `make run` in a home, in a session of its own."""
    environment = {
        **os.environ,
        "CVPLUS_HOME": str(home),
        "CVPLUS_SANDBOX_SIZE": "tiny",
        "PYTHONPATH": f"{PROJECT_ROOT}{os.pathsep}{PROJECT_ROOT / 'plugins'}",
    }
    return subprocess.Popen(
        RUN,
        env=environment,
        cwd=PROJECT_ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
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


def digests(connection: psycopg.Connection) -> Digests:
    """How many rows each table has, and a digest of each of its columns."""
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
            "select count(*), md5(string_agg(v, '|' order by v)) "
            "from (select {}::text as v from {} where {}) as t"
        )
        which = sql.SQL(COMPARED.get(f"{schema}.{table}", "true"))
        rows, digest = next(
            connection.execute(query.format(sql.Identifier(column), sql.Identifier(schema, table), which))
        )
        found[f"{schema}.{table}"] = str(rows)
        found[f"{schema}.{table}.{column}"] = str(digest)
    return found


def write_digests(found: Digests, file: Path) -> None:
    """Keep what a plant's tables hold."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, indent=1))


def read_digests(file: Path) -> Digests:
    """What was kept."""
    return dict(json.loads(file.read_text()))


def told_by_clocks(one: Digests, other: Digests) -> set[str]:
    """Columns that differ between two plants that nothing happened to."""
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def differences(found: Digests, expected: Digests, clocks: set[str]) -> list[str]:
    """Tables and columns that are not those of an undisturbed plant."""
    return sorted(
        name
        for name in found.keys() | expected.keys()
        if name not in clocks and found.get(name) != expected.get(name)
    )
