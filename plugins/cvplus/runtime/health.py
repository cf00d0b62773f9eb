"""Whether a part works, as a container's health check asks: ``python -m cvplus.runtime.health <part>``.

It runs twice a minute in every container, so it imports little: it asks the part's own address, or Airflow's
database for the last heartbeat of this container's job. Nothing else in the plant has to work for it.
"""

import json
import os
import socket
import sys
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from cvplus.runtime.given_secrets import take_secrets

# A heartbeat comes every 5 to 15 s; a busy machine may be late with some.
LONGEST_SILENCE_SECONDS = 90
ANSWER_SECONDS = 10
JOBS = {"scheduler": "SchedulerJob", "dag-processor": "DagProcessorJob", "triggerer": "TriggererJob"}
PAGES = {"mlflow": "/health", "sandbox": "/health"}


class Unwell(Exception):
    """The part does not work; says what is wrong in one line."""


def answer(port: int, path: str) -> bytes:
    """What a server of this container answers.

    Raises:
        Unwell: it answers with an error, or not at all.
    """
    url = f"http://127.0.0.1:{port}{path}"
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as response:
            return bytes(response.read())
    except OSError as error:
        raise Unwell(f"{url}: {error}") from error


def port_of(server: str) -> int:
    """The port of a server: the one that is set, else what the home's file of ports says.

    Raises:
        Unwell: neither says one.
    """
    told = os.environ.get(f"CVPLUS_PORT_{server.upper()}")
    if told:
        return int(told)
    file = Path(os.environ.get("CVPLUS_HOME", "var")) / "ports.json"
    try:
        return int(json.loads(file.read_text())[server])
    except (OSError, ValueError, KeyError) as error:
        raise Unwell(f"{server} has no port yet") from error


def check_page(server: str, path: str) -> None:
    """Make sure that a server answers.

    Raises:
        Unwell: it does not.
    """
    answer(port_of(server), path)


def check_airflow(parts: tuple[str, ...]) -> None:
    """Make sure that Airflow's API answers and calls these parts healthy.

    Raises:
        Unwell: naming what is not healthy.
    """
    told: dict[str, Any] = json.loads(answer(port_of("airflow"), "/api/v2/monitor/health"))
    bad = [part for part in parts if (told.get(part) or {}).get("status") != "healthy"]
    if bad:
        raise Unwell(f"Airflow calls not healthy: {', '.join(bad)}")


def check_job(job: str) -> None:
    """Make sure that the job of this container has told Airflow's database lately that it lives.

    Raises:
        Unwell: it has not, or the database does not answer.
    """
    import psycopg
    from psycopg.conninfo import make_conninfo

    url = os.environ.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "")
    driverless = f"postgresql://{url.partition('://')[2]}"
    try:
        with psycopg.connect(make_conninfo(driverless, connect_timeout=ANSWER_SECONDS)) as connection:
            row = connection.execute(
                """
                select extract(epoch from now() - max(latest_heartbeat)) from job
                where job_type = %s and hostname = %s and state = 'running'
                """,
                [job, socket.gethostname()],
            ).fetchone()
    except psycopg.Error as error:
        raise Unwell(f"Airflow's database: {str(error).strip().splitlines()[-1]}") from error
    if row is None or row[0] is None:
        raise Unwell(f"no {job} of {socket.gethostname()} runs")
    if row[0] > LONGEST_SILENCE_SECONDS:
        raise Unwell(f"the {job} of {socket.gethostname()} has been silent for {row[0]:.0f} s")


def checks() -> dict[str, Callable[[], None]]:
    """What to ask about each part."""
    return {
        "plant": partial(check_airflow, ("metadatabase", "scheduler", "dag_processor")),
        "api-server": partial(check_airflow, ("metadatabase",)),
        **{part: partial(check_job, job) for part, job in JOBS.items()},
        **{part: partial(check_page, part, path) for part, path in PAGES.items()},
    }


def main(arguments: list[str]) -> int:
    """0 when the part works, 1 with a line that says why it does not."""
    asked = checks().get(arguments[0] if arguments else "plant")
    if asked is None:
        sys.stderr.write(f"There is no part {arguments[0]}; name one of {', '.join(checks())}.\n")
        return 1
    take_secrets()
    try:
        asked()
    except Unwell as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
