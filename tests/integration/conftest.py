"""A DAG bag drawn as Airflow draws it, from every file of ``dags/``."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def airflow_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment of a process that parses DAGs: a home of its own."""
    home = tmp_path_factory.mktemp("airflow")
    return {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW_CONFIG": str(ROOT / "airflow.cfg"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'plugins'}",
        "CVPLUS_HOME": str(home),
        "DO_NOT_TRACK": "true",
    }


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
