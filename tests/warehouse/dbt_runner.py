"""Runs the dbt project against a test database, in this process, so that dbt is imported once a session."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.conninfo import conninfo_to_dict

from cvplus.runtime.postgres import EmbeddedPostgres

DBT_PROJECT = Path(__file__).parents[2] / "dbt_project"
# What this stream of models is: everything before the marts.
FEATURE_STORE = ["path:seeds", "staging", "intermediate", "features"]
_WORK_FOLDER = Path(tempfile.gettempdir()) / f"cvplus-dbt-{os.getpid()}"


class DbtFailed(AssertionError):
    """A dbt command that did not succeed; says which nodes failed and why."""


def run_dbt(
    url: str, *arguments: str, variables: dict[str, Any] | None = None, project: Path = DBT_PROJECT
) -> Any:
    """Run one dbt command on the warehouse at ``url``; warnings are failures.

    Returns:
        dbt's result object (``.result`` holds the node results of a build, the names of a listing, …).

    Raises:
        DbtFailed: with the messages of the nodes that failed.
    """
    from dbt.cli.main import dbtRunner

    folder = _WORK_FOLDER / project.parent.name
    command = [
        "--quiet",
        "--warn-error",
        arguments[0],
        "--project-dir",
        str(project),
        "--profiles-dir",
        str(project),
    ]
    command += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs"), *arguments[1:]]
    if variables:
        command += ["--vars", json.dumps(variables)]
    with _environment(url):
        outcome = dbtRunner().invoke(command)
    if not outcome.success:
        raise DbtFailed(_explain(outcome))
    return outcome


@contextmanager
def fresh_database(server: EmbeddedPostgres, template: str = "template_warehouse") -> Iterator[str]:
    """URL of a new database, dropped at the end: the fixture ``warehouse_url`` for more than one test."""
    name = f"dbt_{uuid4().hex[:12]}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"create database {name} template {template}")
    try:
        yield server.url(name)
    finally:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(f"drop database {name} with (force)")


@contextmanager
def _environment(url: str) -> Iterator[None]:
    """The variables that profiles.yml reads, for the length of one command."""
    parts = conninfo_to_dict(url)
    wanted = {
        "CVPLUS_DBT_HOST": str(parts["host"]),
        "CVPLUS_DBT_PORT": str(parts["port"]),
        "CVPLUS_DBT_USER": str(parts["user"]),
        "CVPLUS_DBT_PASSWORD": str(parts["password"]),
        "CVPLUS_DBT_DBNAME": str(parts["dbname"]),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _explain(outcome: Any) -> str:
    if outcome.exception is not None:
        return str(outcome.exception)
    failed = [node for node in outcome.result if str(node.status) not in ("success", "pass", "skipped")]
    return "\n".join(f"{node.node.unique_id}: {node.status}: {node.message}" for node in failed)
