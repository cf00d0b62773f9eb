"""A DAG bag drawn as Airflow draws it: dbt's manifest first, then every file of ``dags/``."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def airflow_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment of a process that parses DAGs: a home of its own and a fresh dbt manifest."""
    home = tmp_path_factory.mktemp("airflow")
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW_CONFIG": str(ROOT / "airflow.cfg"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'plugins'}",
        "CVPLUS_HOME": str(home),
        "DBT_TARGET_PATH": str(home / "dbt"),
        "DBT_LOG_PATH": str(home / "dbt"),
        "DBT_PROFILES_DIR": str(ROOT / "dbt_project"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "true",
        "CVPLUS_DBT_HOST": "127.0.0.1",
        "CVPLUS_DBT_PORT": "5432",
        "CVPLUS_DBT_USER": "nobody",
        "CVPLUS_DBT_PASSWORD": "nobody",
        "CVPLUS_DBT_DBNAME": "nothing",
    }
    subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "parse", "--project-dir", str(ROOT / "dbt_project")],
        env=environment,
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    return environment


@pytest.fixture(scope="session")
def dags(airflow_environment: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Every DAG by id."""
    before = dict(os.environ)
    os.environ.update(airflow_environment)
    try:
        from airflow.dag_processing.dagbag import DagBag

        bag = DagBag(str(ROOT / "dags"))
        assert bag.dags, "No DAG was found: the folder is wrong, and every other check would pass in vain."
        assert bag.import_errors == {}, "Mend the import errors of these DAG files."
        yield dict(bag.dags)
    finally:
        os.environ.clear()
        os.environ.update(before)
