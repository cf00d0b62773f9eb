"""Runs the dbt project against a test database, in this process, so that dbt is imported once a session.

What dbt makes of a project's files is kept too: parsing takes longer than most builds here, and dbt would
parse anew for each database. A manifest knows of its warehouse nothing but the database's name, so a project
is parsed under a name that no database has, and each command gets that manifest under the name of its own.
The workers of one test run share what was parsed.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from dbt_fixtures.raw_rows import create_raw_tables
from filelock import FileLock
from psycopg.conninfo import conninfo_to_dict
from shared_folder import shared_folder

from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.transform.project import PARTIAL_PARSE, warehouse_environment

DBT_PROJECT = Path(__file__).parents[2] / "dbt_project"
# What this stream of models is: everything before the marts.
FEATURE_STORE = ["path:seeds", "staging", "intermediate", "features"]
# Parsing connects to nothing. The name is as long as those of `new_database_name`: it is replaced in place.
_UNBUILT = "postgresql://nobody@127.0.0.1:1/test_000000000000"
_WORK_FOLDER = tempfile.TemporaryDirectory(prefix="cvplus-dbt-")

Files = frozenset[tuple[str, int, int]]


class DbtFailed(AssertionError):
    """A dbt command that did not succeed; says which nodes failed and why."""


@dataclass(frozen=True)
class Parsed:
    """A project as dbt has parsed it: the files, the manifest made of them, and where that lies as JSON."""

    files: Files
    packed: bytes
    target: Path

    def manifest_of(self, database: str) -> Any:
        """The manifest, as if it had been parsed for a database of that name."""
        from dbt.contracts.graph.manifest import Manifest
        from dbt.parser.manifest import extended_mashumuro_decoder

        unbuilt = conninfo_to_dict(_UNBUILT)["dbname"]
        assert len(database) == len(str(unbuilt)), "take the database's name from new_database_name"
        packed = self.packed.replace(str(unbuilt).encode(), database.encode())
        manifest = Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)
        manifest.build_flat_graph()  # what `graph` is in a model; it is not kept in the packed form
        return manifest


_parsed: dict[Path, Parsed] = {}
_seeded: dict[EmbeddedPostgres, str] = {}


def run_dbt(
    url: str, *arguments: str, variables: dict[str, Any] | None = None, project: Path = DBT_PROJECT
) -> Any:
    """Run one dbt command on the warehouse at ``url``; warnings are failures.

    With a build run the tests of all whose tables it builds, and of no other.

    Returns:
        dbt's result object (``.result`` holds the node results of a build, the names of a listing, …).

    Raises:
        DbtFailed: with the messages of the nodes that failed.
    """
    database = str(conninfo_to_dict(url)["dbname"])
    more = ["--vars", json.dumps(variables)] if variables else []
    if arguments[0] == "build":
        more += ["--indirect-selection", "cautious"]
    return _invoke(url, project, *arguments, *more, manifest=parsed(project).manifest_of(database))


def parsed(project: Path = DBT_PROJECT) -> Parsed:
    """What dbt makes of a project; it is parsed (what has changed of it) when its files have changed.

    Raises:
        DbtFailed: it does not parse.
    """
    files = _files_of(project)
    known = _parsed.get(project)
    if known is None or known.files != files:
        known = _parsed[project] = _parse(project, files)
    return known


def _parse(project: Path, files: Files) -> Parsed:
    """Parse a project, unless another worker has done so with the same files."""
    digest = hashlib.sha256(repr(sorted(files)).encode()).hexdigest()
    kept = shared_folder() / f"dbt_{digest}"
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            if project != DBT_PROJECT:
                # A copy of the project with a change: what is the same in it is parsed already.
                shutil.copy(parsed().target / PARTIAL_PARSE, _made(_folder_of(project) / "target"))
            _invoke(_UNBUILT, project, "parse")
            target, unfinished = _folder_of(project) / "target", kept.with_suffix(".unfinished")
            unfinished.mkdir()
            for name in ("manifest.json", PARTIAL_PARSE):
                shutil.copy(target / name, unfinished)
            unfinished.rename(kept)
    return Parsed(files, (kept / PARTIAL_PARSE).read_bytes(), kept)


def new_database_name() -> str:
    """A name for a database that dbt is to build in."""
    return f"test_{uuid4().hex[:12]}"


@contextmanager
def fresh_database(server: EmbeddedPostgres, template: str = "template_warehouse") -> Iterator[str]:
    """URL of a new database, dropped at the end: the fixture ``warehouse_url`` for more than one test."""
    name = new_database_name()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"create database {name} template {template}")
    try:
        yield server.url(name)
    finally:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(f"drop database {name} with (force)")


@contextmanager
def seeded_database(server: EmbeddedPostgres) -> Iterator[str]:
    """URL of a new database with every raw table, empty, and dbt's seeds, dropped at the end."""
    template = _seeded.get(server)
    if template is None:
        template = new_database_name()
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(f"create database {template} template template_warehouse")
        with psycopg.connect(server.url(template)) as connection:
            create_raw_tables(connection)
        run_dbt(server.url(template), "seed")
        _seeded[server] = template
    with fresh_database(server, template) as url:
        yield url


def _invoke(url: str, project: Path, command: str, *arguments: str, manifest: Any = None) -> Any:
    from dbt.cli.main import dbtRunner

    folder = _folder_of(project)
    # Only what parses is asked for its manifest: writing it takes longer than most commands here.
    order = [
        "--quiet",
        "--warn-error",
        "--write-json" if command == "parse" else "--no-write-json",
        command,
        "--project-dir",
        str(project),
        "--profiles-dir",
        str(project),
    ]
    order += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs"), *arguments]
    # dbt looks through its caller's stack ten times a command; pytest's is deep, that of a thread is not.
    with warehouse_environment(url), ThreadPoolExecutor(1) as thread:
        outcome = thread.submit(dbtRunner(manifest=manifest).invoke, order).result()
    if not outcome.success:
        raise DbtFailed(_explain(outcome))
    return outcome


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _folder_of(project: Path) -> Path:
    return Path(_WORK_FOLDER.name) / project.parent.name


def _files_of(project: Path) -> Files:
    """Every file of a project, with what changes when somebody writes it."""
    found = (
        (path, path.stat())
        for path in project.rglob("*")
        if path.is_file() and not {"target", "logs"} & {*path.relative_to(project).parts}
    )
    return frozenset((str(path), state.st_mtime_ns, state.st_size) for path, state in found)


def _explain(outcome: Any) -> str:
    if outcome.exception is not None:
        return str(outcome.exception)
    failed = [node for node in outcome.result if str(node.status) not in ("success", "pass", "skipped")]
    return "\n".join(f"{node.node.unique_id}: {node.status}: {node.message}" for node in failed)
