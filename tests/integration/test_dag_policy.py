"""What every DAG must have; each message says how to comply."""

import ast
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAG_FILES = sorted((ROOT / "dags").glob("*.py"))
DAG_IDS = {
    "ingest_adzuna",
    "ingest_angellist",
    "ingest_angellist_companies",
    "ingest_arbeitnow",
    "ingest_ashby",
    "ingest_bls_oews",
    "ingest_built_in",
    "ingest_careeronestop",
    "ingest_coursera",
    "ingest_crunchbase",
    "ingest_esco",
    "ingest_fx_rates",
    "ingest_github",
    "ingest_glassdoor",
    "ingest_glassdoor_salaries",
    "ingest_greenhouse",
    "ingest_hacker_news_who_is_hiring",
    "ingest_himalayas",
    "ingest_indeed",
    "ingest_levels_fyi",
    "ingest_lever",
    "ingest_linkedin",
    "ingest_onet",
    "ingest_payscale",
    "ingest_pitchbook",
    "ingest_remotive",
    "ingest_salary_com",
    "ingest_sec_edgar",
    "ingest_stack_overflow",
    "ingest_the_muse",
    "ingest_usajobs",
    "ingest_product",
    "build_warehouse",
    "monitor_drift",
    "train_models",
    "score_batch",
    "publish_marts",
    "archive_lake",
}
DOMAINS = {"product", "job_market", "salary", "skills", "companies", "reference", "warehouse", "models"}
LAYERS = {"ingest", "transform", "learn", "score", "publish", "monitor"}
DOC_PARTS = ("**Makes**", "**From**", "**When it fails**", "**Backfill**")
HEAVY = (
    *("pandas", "numpy", "scipy", "dbt", "great_expectations", "evidently", "mlflow", "xgboost", "sklearn"),
    *("dlt", "psycopg", "boto3", "ml", "cvplus.operations"),
)
# Python calls that a file may make when all that it imports is there: an ingest DAG makes some 7,000.
MOST_CALLS = 20_000
# Parses files, and tells of each which of some modules came with it, and its calls; both lists are JSON.
PARSE = """
import json, pathlib, runpy, sys
import airflow.sdk
files, heavy = map(json.loads, sys.argv[1:])
told, calls = {}, 0

def count(frame, event, argument):
    global calls
    calls += event == "call"

for file in files:
    before = set(sys.modules)
    runpy.run_path(file)
    came = sorted({*heavy} & {*sys.modules} - before)
    calls = 0
    sys.setprofile(count)
    runpy.run_path(file)
    sys.setprofile(None)
    told[pathlib.Path(file).stem] = {"heavy": came, "calls": calls}
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Parsed:
    """What parsing a file brought with it, and the Python calls that it made with all of that there."""

    heavy: list[str]
    calls: int


def test_the_set_of_dags_is_exactly_the_declared_one(dags: dict[str, Any]) -> None:
    assert set(dags) == DAG_IDS, "Add the new DAG to this list, or remove the one that went."


def test_one_dag_a_file_and_the_file_is_named_after_it(dags: dict[str, Any]) -> None:
    assert {file.stem for file in DAG_FILES} == set(dags), "Name the file as the DAG: <dag_id>.py."


@pytest.mark.parametrize("dag_id", sorted(DAG_IDS))
def test_dag_has_a_page_tags_limits_and_an_owner(dags: dict[str, Any], dag_id: str) -> None:
    dag = dags[dag_id]
    for part in DOC_PARTS:
        assert part in (dag.doc_md or ""), f"Write the {part} part of the file's docstring; it is the page."
    tags = dict(tag.split(":") for tag in dag.tags)
    assert tags.get("domain") in DOMAINS, f"Tag it domain:<one of {sorted(DOMAINS)}>."
    assert tags.get("layer") in LAYERS, f"Tag it layer:<one of {sorted(LAYERS)}>."
    assert tags.get("tier") in {"1", "2", "3"}, "Tag it tier:1 (fix at once), tier:2 or tier:3."
    assert dag.catchup is False, "Say catchup=False; past windows are backfilled on purpose."
    assert dag.max_active_runs == 1, "Say max_active_runs=1: one run of a window at a time."
    assert dag.dagrun_timeout is not None, "Give the DAG a dagrun_timeout."
    for task in dag.tasks:
        assert task.owner == "data-platform", f"{task.task_id}: use TASK_DEFAULTS."
        assert task.execution_timeout is not None, f"{task.task_id}: give it an execution_timeout."
        assert task.retries >= 1, f"{task.task_id}: give it retries."
        assert task.retry_policy is not None, f"{task.task_id}: use RETRY_BY_CAUSE."


@pytest.mark.parametrize("dag_id", sorted(i for i in DAG_IDS if i.startswith("ingest_")))
def test_an_ingest_dag_can_be_backfilled(dags: dict[str, Any], dag_id: str) -> None:
    timetable = type(dags[dag_id].timetable).__name__
    assert "DataInterval" in timetable, (
        "A cron string has an empty interval: use DataIntervalSinceInstallation."
    )
    assert {"window_start", "window_end", "announce"} <= set(dags[dag_id].params), "Use WINDOW_PARAMS."


@pytest.mark.parametrize("dag_id", sorted(DAG_IDS))
def test_a_new_dag_waits_for_the_next_tick_of_its_clock(dags: dict[str, Any], dag_id: str) -> None:
    timetable = dags[dag_id].timetable
    clock = getattr(timetable, "timetable", timetable)
    if type(clock).__name__ == "CronTriggerTimetable":
        at_once = getattr(clock, "run_immediately", getattr(clock, "_run_immediately", None))
        assert at_once == timedelta(0), "Use on_clock: Airflow's default runs a new DAG for a past tick."


@pytest.mark.parametrize("file", DAG_FILES, ids=lambda file: file.stem)
def test_a_dag_file_holds_wiring_only(file: Path) -> None:
    text = file.read_text()
    assert len(text.splitlines()) <= 80, "At most 80 lines: move logic to plugins/cvplus."
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "The first statement is the docstring that becomes the DAG's page."
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)], "No logic here."


@pytest.fixture(scope="session")
def parsed_files(airflow_environment: dict[str, str]) -> dict[str, Parsed]:
    """What each file costs, all of them parsed in one process in which Airflow is imported."""
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PARSE, json.dumps([*map(str, DAG_FILES)]), json.dumps(HEAVY)],
        env=airflow_environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told = json.loads(answer.stdout.splitlines()[-1])
    return {stem: Parsed(**one) for stem, one in told.items()}


@pytest.mark.parametrize("file", DAG_FILES, ids=lambda file: file.stem)
def test_a_dag_file_parses_light(file: Path, parsed_files: dict[str, Parsed]) -> None:
    parsed = parsed_files[file.stem]
    assert not parsed.heavy, f"Import {parsed.heavy} inside the task."
    assert parsed.calls <= MOST_CALLS, "Move work out of the file's top level."
