"""All facts at once, from whatever answers: a part that is down is told, and holds up no other."""

from collections.abc import Callable
from datetime import UTC, datetime

import requests

from cvplus.errors import PlantError
from cvplus.runtime.task_logs import log_path
from cvplus.settings import Settings
from cvplus.status.airflow_facts import Ask, read_airflow
from cvplus.status.data_words import source_of, unconfigured
from cvplus.status.facts import AirflowFacts, Facts, Problem, WarehouseFacts
from cvplus.status.machine_facts import read_machine
from cvplus.status.task_facts import with_tasks
from cvplus.status.warehouse_facts import read_warehouse
from cvplus.warehouse.connection import connect
from cvplus.warehouse.roles import ENGINEER


def read_facts(settings: Settings, log_in: Callable[[], Ask], airflow_url: str | None) -> Facts:
    """Read what can be read now.

    Args:
        settings: of the plant.
        log_in: gives what asks Airflow's API.
        airflow_url: where people open Airflow; ``None`` when nobody here knows.
    """
    now = datetime.now(UTC)
    problems: list[Problem] = []
    warehouse: WarehouseFacts | None = None
    try:
        with connect(settings.warehouse_url_of(ENGINEER)) as connection:
            warehouse = read_warehouse(connection, settings)
    except PlantError as error:
        problems.append(Problem("the warehouse", error.cause, error.remedy))
    off = unconfigured(Facts(now, warehouse=warehouse))
    airflow: AirflowFacts | None = None
    try:
        ask = log_in()
        airflow = with_tasks(
            read_airflow(ask),
            ask,
            lambda *of_try: log_path(settings.home, *of_try),
            lambda dag_id: source_of(dag_id) in off,
        )
    except PlantError as error:
        problems.append(Problem("Airflow", error.cause, error.remedy))
    except requests.RequestException as error:
        cause = f"Airflow does not answer at {airflow_url}, or refuses the login: {type(error).__name__}."
        problems.append(Problem("Airflow", cause, "`make up` starts what is down."))
    machine = read_machine(settings, now, airflow_url)
    return Facts(now, airflow, warehouse, machine, tuple(problems))
