"""Facts are read from Airflow's public API and from the machine; a refusal holds nothing else up."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from cvplus.errors import PermanentError
from cvplus.settings import PROJECT_ROOT, Settings
from cvplus.sources.circuit import COOL_DOWN_SECONDS, FAILURES_TO_OPEN, Circuit, open_circuits
from cvplus.sources.declaration import Quota
from cvplus.sources.quota import QuotaLimiter, told_pauses
from cvplus.status.airflow_facts import PAGE, read_airflow
from cvplus.status.facts import AirflowFacts, Run, Service
from cvplus.status.machine_facts import read_machine
from cvplus.status.reading import read_facts
from cvplus.status.task_facts import with_tasks

ROOT = Path(__file__).resolve().parents[2]
ENDED = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)


def a_dag(dag_id: str, **changes: Any) -> dict[str, Any]:
    """A DAG as the API tells it."""
    return {
        "dag_id": dag_id,
        "is_paused": False,
        "next_dagrun_run_after": None,
        "max_active_runs": 1,
    } | changes


def a_run(dag_id: str, state: str = "success", number: int = 1) -> dict[str, Any]:
    """A run as the API tells it."""
    times = {"run_after": ENDED.isoformat(), "start_date": None, "end_date": None}
    return {"dag_id": dag_id, "dag_run_id": f"run-{number}", "state": state} | times


def a_task(state: str, **changes: Any) -> dict[str, Any]:
    """A task instance as the API tells it."""
    told: dict[str, Any] = {"dag_id": "a", "dag_run_id": "run-1", "task_id": "t", "state": state}
    times = {"start_date": ENDED.isoformat(), "end_date": ENDED.isoformat(), "queued_when": None}
    return told | times | {"scheduled_when": None, "try_number": 2, "max_tries": 3, "pool": "p"} | changes


class InventedAirflow:
    """Answers questions from what a test gives it, and keeps what was asked."""

    def __init__(self, **lists: list[dict[str, Any]]) -> None:
        self.lists = lists
        self.asked: list[str] = []
        self.log: list[dict[str, Any]] = []
        self.is_log_refused = False
        self.has_processor = True

    def __call__(self, path: str, parameters: dict[str, Any] | None = None, body: Any = None) -> Any:
        """The answer to one question."""
        self.asked.append(path)
        parameters = parameters or {}
        if path == "/monitor/health":
            return {
                "scheduler": {"status": "unhealthy"},
                "dag_processor": {"status": "healthy" if self.has_processor else None},
                "triggerer": {"status": None},
            }
        if path.endswith("/queuedEvents"):
            return {"queued_events": [{"asset_id": 1}]}
        if "/logs/" in path:
            if self.is_log_refused:
                raise PermanentError(cause="Refused.", remedy="Ask.")
            return {"content": ["a line", *self.log]}
        if "/tasks/" in path:
            return {"retry_delay": {"days": 0, "seconds": 20}, "retry_exponential_backoff": 2.0}
        if path.endswith("/taskInstances/list"):
            return self._page("task_instances", body["page_offset"], body["page_limit"])
        key = {"dagRuns": "dag_runs", "importErrors": "import_errors"}.get(name := path.split("/")[-1], name)
        if key == "dag_runs" and parameters["state"] == ["running", "queued"]:
            key = "active"
        answer = self._page(key, parameters.get("offset", 0), parameters["limit"])
        return answer | ({"dag_runs": answer[key]} if key == "active" else {})

    def _page(self, key: str, offset: int, limit: int) -> dict[str, Any]:
        whole = self.lists.get(key, [])
        return {key: whole[offset : offset + limit], "total_entries": len(whole)}


def test_lists_longer_than_a_page_are_read_whole() -> None:
    airflow = InventedAirflow(dags=[a_dag(f"dag_{number}") for number in range(2 * PAGE + 1)])
    assert len(read_airflow(airflow).dags) == 2 * PAGE + 1
    assert airflow.asked.count("/dags") == 3


def test_the_newest_run_of_each_dag_is_kept_and_a_rare_one_asked_for() -> None:
    runs = [a_run("often", number=number) for number in range(PAGE + 1)]
    airflow = InventedAirflow(dags=[a_dag("often"), a_dag("weekly")], dag_runs=runs)
    assert read_airflow(airflow).newest["often"].run_id == "run-0"
    assert "/dags/weekly/dagRuns" in airflow.asked
    assert "/dags/often/dagRuns" not in airflow.asked


def test_assets_say_which_dag_they_start_who_makes_them_and_whether_news_waits() -> None:
    asset = {
        "id": 1,
        "name": "feature_store",
        "scheduled_dags": [{"dag_id": "a"}],
        "producing_tasks": [{"dag_id": "b", "task_id": "t"}, {"dag_id": "b", "task_id": "u"}],
        "last_asset_event": {"timestamp": "2026-11-28T19:00:00Z"},
    }
    (woken,) = read_airflow(InventedAirflow(dags=[a_dag("a")], assets=[asset])).dags["a"].woken_by
    assert (woken.asset, woken.makers, woken.last_made_at, woken.is_waiting) == (
        "feature_store",
        ("b",),
        ENDED,
        True,
    )


def test_a_file_that_cannot_be_read_is_known_as_the_dag_of_its_name() -> None:
    errors = [{"filename": "/x/dags/broken.py", "stack_trace": "Traceback\n  line\nNameError: x\n"}]
    assert read_airflow(InventedAirflow(import_errors=errors)).dags["broken"].import_error == "NameError: x"


def test_servers_that_a_plant_does_not_have_are_not_missed() -> None:
    airflow = InventedAirflow()
    late, alive = Service("airflow_scheduler", False), Service("airflow_dag_processor", True)
    assert read_airflow(airflow).services == (late, alive)
    airflow.has_processor = False
    assert read_airflow(airflow).services == (late,)


def tasks_of(airflow: InventedAirflow, *, is_explained: bool = False) -> Any:
    """The one task of the newest run of DAG ``a``."""
    newest = {"a": Run("a", "run-1", "failed", ENDED)}
    facts = with_tasks(
        AirflowFacts(newest=newest), airflow, lambda *parts: "/".join(map(str, parts)), lambda _: is_explained
    )
    return facts.newest["a"].tasks[0]


def test_a_failed_task_brings_the_error_and_the_place_of_its_log() -> None:
    airflow = InventedAirflow(task_instances=[a_task("failed")])
    airflow.log = [{"error_detail": [{"exc_type": "LakeFailure", "exc_value": "The disk is full."}]}]
    found = tasks_of(airflow)
    assert (found.error, found.log) == ("LakeFailure: The disk is full.", "a/run-1/t/2")


def test_a_log_that_may_not_be_read_leaves_the_task_told() -> None:
    airflow = InventedAirflow(task_instances=[a_task("failed")])
    airflow.is_log_refused = True
    assert "no error was logged" in tasks_of(airflow).error


def test_the_next_try_lies_between_the_policys_delay_and_twice_the_doubled_one() -> None:
    found = tasks_of(InventedAirflow(task_instances=[a_task("up_for_retry")]))
    assert found.next_try == (ENDED + timedelta(seconds=20), ENDED + timedelta(seconds=80))


def test_a_skip_is_read_from_the_log_unless_it_is_explained_already() -> None:
    airflow = InventedAirflow(task_instances=[a_task("skipped")])
    airflow.log = [{"event": "Skipping task.", "reason": "Nothing new."}]
    assert tasks_of(airflow).skip_reason == "Nothing new."
    airflow.asked.clear()
    assert tasks_of(airflow, is_explained=True).skip_reason is None
    assert not any("/logs/" in path for path in airflow.asked)


def test_open_circuits_and_told_pauses_are_read_without_changing_them(tmp_path: Path) -> None:
    circuit = Circuit("adzuna", tmp_path, lambda: 1_000.0)
    for _ in range(FAILURES_TO_OPEN):
        circuit.note(is_answered=False)
    Circuit("lever", tmp_path).close()
    limiter = QuotaLimiter("lever", Quota(requests_per_second=1), tmp_path, 1)
    limiter.pause(3_600)
    (tmp_path / "new.circuit.sqlite").touch()
    (tmp_path / "new.quota.sqlite").touch()
    assert open_circuits(tmp_path) == {"adzuna": 1_000.0 + COOL_DOWN_SECONDS}
    assert told_pauses(tmp_path) == {"lever": pytest.approx(time.time() + 3_600, abs=60)}


def test_a_hold_that_is_over_is_none_and_a_shared_quota_holds_every_member(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    for source, until in (("glassdoor", time.time() + 600), ("lever", time.time() - 1)):
        with sqlite3.connect(cache / f"{source}.quota.sqlite") as connection:
            connection.execute("create table pause (until real)")
            connection.execute("insert into pause values (?)", [until])
    machine = read_machine(Settings(home=tmp_path), datetime.now(UTC))
    assert [(hold.source, hold.kind) for hold in machine.holds] == [
        ("glassdoor", "quota"),
        ("glassdoor_salaries", "quota"),
    ]
    told = re.search(r"^parallelism = (\d+)$", (PROJECT_ROOT / "airflow.cfg").read_text(), re.MULTILINE)
    assert told, "airflow.cfg says how many tasks run at the same time"
    assert machine.workers == int(told[1])


def test_what_does_not_answer_is_a_problem_and_holds_nothing_else_up(tmp_path: Path) -> None:
    def refuse() -> Any:
        raise requests.ConnectionError("no")

    settings = Settings(home=tmp_path, warehouse_url="postgresql://nobody@127.0.0.1:1/none")
    facts = read_facts(settings, refuse, "http://airflow")
    assert (facts.airflow, facts.warehouse) == (None, None)
    assert [problem.part for problem in facts.problems] == ["the warehouse", "Airflow"]
    assert all(problem.remedy for problem in facts.problems)


def test_the_command_imports_nothing_heavy() -> None:
    heavy = ["pandas", "dbt", "mlflow", "great_expectations", "sklearn", "airflow"]
    code = (
        "import json, sys, cvplus.runtime.__main__; "
        f"print(json.dumps([name for name in {heavy} if name in sys.modules]))"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'plugins'}"}
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(found.stdout) == []
