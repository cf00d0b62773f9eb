"""The dbt project in this process: parsed once for all layers, run with the warehouse's address."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from psycopg.pq import Conninfo

from cvplus.postgres_url import parameters
from cvplus.settings import PROJECT_ROOT
from cvplus.transform.failures import BuildInterrupted, ProjectInvalid, is_passing

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
PARTIAL_PARSE = "partial_parse.msgpack"
_BUILT_OR_NOTES = ("target", "logs", "dbt_packages")


def profile_variables(warehouse_url: str) -> dict[str, str]:
    """What ``profiles.yml`` reads of the environment, from the warehouse's URL.

    What dbt does not pass on, such as how to encrypt, libpq reads from variables of its own.
    """
    told = parameters(warehouse_url)
    named = {"host": "127.0.0.1", "port": "5432", "user": "", "password": "", "dbname": ""}
    variables = {f"CVPLUS_DBT_{name.upper()}": told.pop(name, default) for name, default in named.items()}
    known = {
        option.keyword.decode(): option.envvar.decode()
        for option in Conninfo.get_defaults()
        if option.envvar is not None
    }
    return variables | {known[name]: value for name, value in told.items() if name in known}


def project_checksum(project: Path = DBT_PROJECT) -> str:
    """A digest of every file that dbt reads: another one means that what is built may be out of date."""
    digest = hashlib.sha256()
    for file in sorted(project.rglob("*")):
        if file.is_file() and file.relative_to(project).parts[0] not in _BUILT_OR_NOTES:
            digest.update(f"{file.relative_to(project)}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


@contextmanager
def warehouse_environment(warehouse_url: str) -> Iterator[None]:
    """The variables that ``profiles.yml`` reads, for the length of a dbt run in this process."""
    wanted = profile_variables(warehouse_url) | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
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


def parse_project(target: Path, shared: Path, project: Path = DBT_PROJECT) -> Any:
    """dbt's manifest of the project as its files are now.

    What a parse before has left in ``shared`` is taken over, so only files that changed since are read. Each
    process writes a ``target`` of its own; the shared file is replaced whole.

    Raises:
        ProjectInvalid: a file of the project is wrong.
        BuildInterrupted: the target folder cannot be written.
    """
    from dbt.cli.main import dbtRunner

    mine = target / PARTIAL_PARSE
    try:
        target.mkdir(parents=True, exist_ok=True)
        if shared.exists():
            shutil.copyfile(shared, mine)
    except OSError as error:
        raise unwritable(target, error) from error
    outcome = dbtRunner().invoke(["--quiet", *run_flags(target), "parse", *project_flags(target, project)])
    if not outcome.success:
        if isinstance(outcome.exception, OSError) or is_passing(str(outcome.exception)):
            raise unwritable(target, outcome.exception)
        raise ProjectInvalid(
            cause=f"dbt cannot read the project: {' '.join(str(outcome.exception).split())}.",
            remedy="Mend the file that is named; then clear the task.",
        )
    shared.parent.mkdir(parents=True, exist_ok=True)
    whole = shared.with_name(f"{PARTIAL_PARSE}.{uuid4().hex}")
    shutil.copyfile(mine, whole)
    whole.replace(shared)
    return outcome.result


def run_flags(target: Path) -> list[str]:
    """dbt's flags before the command: no second log, no artefacts that nobody reads."""
    return [
        "--no-use-colors",
        "--no-write-json",
        "--no-version-check",
        "--no-send-anonymous-usage-stats",
        "--log-level-file",
        "none",
        "--log-path",
        str(target),
    ]


def project_flags(target: Path, project: Path = DBT_PROJECT) -> list[str]:
    """dbt's flags behind the command: which project is meant, and where what it makes goes."""
    return ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(target)]


def unwritable(target: Path, error: BaseException | None) -> BuildInterrupted:
    """The error of a target folder that cannot be written."""
    return BuildInterrupted(
        cause=f"dbt's folder {target} cannot be written: {error}.",
        remedy="Free room on that disk (the folder itself may be deleted); the task goes on from here.",
    )
