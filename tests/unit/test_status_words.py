"""What `make status` says of each state of the plant, sentence by sentence."""

from dataclasses import replace
from datetime import timedelta

import pytest
from status_world import BUILD, INGEST, SCORE, after, before, plant, run, said, task

from cvplus.status.facts import (
    Account,
    Alert,
    Dag,
    DeadAsks,
    EarlyEnd,
    Facts,
    HeldBatch,
    Hold,
    Layer,
    NotTaken,
    Pool,
    Problem,
    Resource,
    Service,
    SetAside,
)
from cvplus.status.words import tell


def with_active(*runs_: object, **changes: object) -> Facts:
    """A plant in which these runs go on."""
    return plant(airflow={"active": runs_} | changes.pop("airflow", {}), **changes)  # type: ignore[operator]


def test_a_plant_at_rest_says_how_each_dag_ended_and_what_starts_it_next() -> None:
    status = tell(plant())
    assert status.headline == "Nothing is wrong; nothing runs."
    assert said(status, "DAGs") == [
        "build_warehouse: succeeded 5 minutes ago after 20 seconds; "
        "next when raw_salary is made anew, or at 22:00 UTC, in 3 hours",
        "ingest_adzuna: succeeded 5 minutes ago after 20 seconds; next at 21:00 UTC, in 2 hours",
        "score_batch: succeeded 5 minutes ago after 20 seconds; next when feature_store is made anew",
    ]
    assert said(status, "Sources") == ["adzuna: is fresh, newest data 2 hours old"]
    assert [part.title.split(":")[0] for part in status.sections] == ["DAGs", "Sources"]


def test_what_runs_says_since_when_which_task_and_which_model() -> None:
    building = run(BUILD, "running", tasks=(task(BUILD, "build_stage", "running", try_number=2, tries=4),))
    layer = Layer(BUILD, building.run_id, "stage", 230, 87, ("model stg_adzuna__search",), before(seconds=9))
    status = tell(with_active(building, warehouse={"layers": (layer,)}))
    assert status.headline == "Nothing is wrong; 1 run going on."
    assert said(status, "Runs now") == [
        "build_warehouse: runs since 18:54:40 UTC (5 minutes 20 seconds): task build_stage for 10 seconds, "
        "try 2 of 4, 87 of 230 nodes done, now model stg_adzuna__search."
    ]


def test_a_run_behind_another_one_names_the_one_that_it_waits_for() -> None:
    second = run(INGEST, "queued", due_at=before(minutes=1), started_at=None)
    status = tell(with_active(run(INGEST, "running"), second))
    assert said(status, "Waits") == [
        "ingest_adzuna: A run is due since 18:59:00 UTC and has not begun: it waits for the run that began "
        "at 18:54:40 UTC, one runs at a time."
    ]


@pytest.mark.parametrize(
    ("state", "changes", "reason"),
    [
        ("queued", {"machine": {"workers": 1}}, "a worker: all 1 are busy."),
        (
            "scheduled",
            {"airflow": {"pools": {"default_pool": Pool("default_pool", 2, 2)}}},
            "a slot of the pool default_pool: 2 of 2 are taken.",
        ),
        ("queued", {}, "the next look of the scheduler."),
        (
            "queued",
            {"airflow": {"services": (Service("airflow_scheduler", False),)}},
            "the scheduler, which is down. [`make up`]",
        ),
    ],
)
def test_a_task_that_waits_says_for_what(state: str, changes: dict[str, object], reason: str) -> None:
    busy = run(BUILD, "running", tasks=(task(BUILD, "build_stage", "running"),))
    waiting = run(INGEST, "running", tasks=(task(INGEST, "extract_and_land", state),))
    status = tell(with_active(busy, waiting, **changes))
    assert said(status, "Waits") == [f"ingest_adzuna: Task extract_and_land waits for {reason}"]
    assert said(status, "Runs now")[1].endswith("its task extract_and_land waits.")


def test_tasks_that_wait_for_the_same_share_a_line() -> None:
    waiting = [run(dag, "running", tasks=(task(dag, "a", "queued"),)) for dag in (INGEST, SCORE)]
    assert said(tell(with_active(*waiting)), "Waits") == [
        "2 tasks: Of ingest_adzuna and score_batch: they wait for the next look of the scheduler."
    ]


def test_a_task_that_is_tried_again_says_when_and_why() -> None:
    failed = task(
        INGEST,
        "extract_and_land",
        "up_for_retry",
        tries=4,
        error="LakeFailure: [lake_failure] The disk is full. Next: Free some room.",
        log="1.log",
        next_try=(after(seconds=20), after(seconds=40)),
    )
    assert said(tell(with_active(run(INGEST, "running", tasks=(failed,)))), "Waits") == [
        "ingest_adzuna: Task extract_and_land failed at try 1 of 4 and is tried again between 19:00:20 UTC "
        "and 19:00:40 UTC: [lake_failure] The disk is full. [nothing needs to be done; its log is 1.log.]"
    ]


def test_a_failed_run_comes_first_with_its_error_remedy_and_log() -> None:
    error = "ModelFailed: [model_failed] Layer stage: 1 node failed. Next: Mend the model."
    failed = run(SCORE, "failed", tasks=(task(SCORE, "score", "failed", error=error, log="score.log"),))
    newest = {INGEST: run(INGEST), SCORE: failed}
    status = tell(plant(airflow={"newest": newest}))
    assert status.headline == "Wrong: the last run of score_batch failed. Beside that, nothing runs."
    first = said(status, "DAGs")[0]
    assert first.startswith(
        "score_batch: failed 5 minutes ago after 20 seconds: task score: [model_failed] Layer"
    )
    assert first.endswith("[Mend the model. Its log is score.log.]")


def test_a_run_that_skipped_says_why() -> None:
    reason = "No batch was accepted since the last build."
    told = task(BUILD, "read_texts", "skipped", skip_reason=reason)
    behind = task(BUILD, "build_stage", "skipped")
    newest = {BUILD: run(BUILD, tasks=(behind, told))}
    assert (
        "; it skipped read_texts: No batch was accepted since the last build; next "
        in (said(tell(plant(airflow={"newest": newest})), "DAGs")[0])
    )


def test_a_run_says_what_it_has_handled() -> None:
    account = Account(INGEST, f"run of {INGEST}", "load", 1234, before(minutes=5))
    assert (
        "after 20 seconds, 1,234 rows loaded; next"
        in (said(tell(plant(warehouse={"accounts": (account,)})), "DAGs")[1])
    )


def test_a_source_that_is_off_is_named_with_the_others_and_explains_its_skipped_run() -> None:
    off = Resource("adzuna", "search", "not_configured", None)
    newest = {INGEST: run(INGEST, tasks=(task(INGEST, "extract_and_land", "skipped"),))}
    status = tell(plant(warehouse={"resources": (off,)}, airflow={"newest": newest}))
    assert said(status, "Sources") == [
        "not configured: off without the connection that each needs: adzuna "
        "[docs/real_use.md, and each source's page in docs/sources]"
    ]
    assert "it skipped extract_and_land: the source is not configured" in said(status, "DAGs")[1]


def test_the_worst_source_comes_first_with_its_reason_and_its_page() -> None:
    failing = Resource("lever", "jobs", "failing", timedelta(days=2), "[access_refused] No key. Next: x")
    held = Resource("the_muse", "jobs", "silent", None, None, quarantined=2)
    fresh = Resource("adzuna", "search", "fresh", timedelta(hours=2))
    assert said(tell(plant(warehouse={"resources": (fresh, failing, held)})), "Sources") == [
        "lever: cannot be read, newest data 2 days old: [access_refused] No key. "
        "[docs/runbooks/source_failing.md; `make status DAG=ingest_lever`]",
        "the_muse: brought nothing newer that passed its gate (2 batches in quarantine), it has never "
        "brought data [look at the batches in quarantine (docs/quarantine.md)]",
        "adzuna: is fresh, newest data 2 hours old",
    ]


def test_a_source_is_as_good_as_its_worst_resource_and_as_old_as_its_oldest() -> None:
    resources = (
        Resource("adzuna", "search", "fresh", timedelta(hours=2)),
        Resource("adzuna", "pay", "stale", timedelta(days=3), "no newer data was accepted"),
    )
    assert said(tell(plant(warehouse={"resources": resources})), "Sources") == [
        "adzuna: is stale (pay), newest data 3 days old: no newer data was accepted "
        "[docs/runbooks/source_stale.md; `make status DAG=ingest_adzuna`]"
    ]


def test_a_batch_in_quarantine_comes_with_the_commands_that_show_and_release_it() -> None:
    batch = HeldBatch(
        "adzuna.search.1", "adzuna", "search", "3 of 5 rows have no url. More.", before(hours=1)
    )
    status = tell(plant(warehouse={"held": (batch,)}))
    assert status.headline == "Wrong: 1 batch is in quarantine. Beside that, nothing runs."
    assert said(status, "Held back") == [
        "adzuna.search: The batch adzuna.search.1 is in quarantine since 18:00 UTC: 3 of 5 rows have no url. "
        '[`make quarantine ARGS="show adzuna.search.1"`, then '
        '`make quarantine ARGS="release adzuna.search.1 --reason …"` or replay]'
    ]


def test_boards_that_have_been_dead_for_a_week_are_named_and_counted() -> None:
    boards = tuple(f"board=gone{number}" for number in range(7))
    dead = DeadAsks("greenhouse", "jobs", boards, before(hours=24 * 9), "It answered 404. More.")
    end = EarlyEnd("lever", "postings", "site=acme")
    told = said(tell(plant(warehouse={"dead": (dead,), "early_ends": (end,)})), "Held back")
    assert told == [
        "lever.postings: The last walk ended early, before site=acme; the next begins there. "
        "[nothing needs to be done]",
        "greenhouse.jobs: No answer for a week from board=gone0, board=gone1, board=gone2, board=gone3 and "
        "board=gone4 and 2 more, the first since 2026-11-19 19:00 UTC: It answered 404. "
        "[take them off the lists of greenhouse (docs/providers_down.md)]",
    ]


def test_values_that_were_set_aside_are_told_with_where_they_are() -> None:
    told = (SetAside("product", "outcomes", 3, "salaryAmount"), SetAside("lever", "postings", 1, None))
    assert said(tell(plant(warehouse={"set_aside": told})), "Held back") == [
        "product.outcomes: 3 values that could not be true were set aside in the last week, most of them in "
        "salaryAmount; the records went on without. "
        "[ops.rejected_fields has each with its reason (docs/intake.md)]",
        "lever.postings: 1 value that could not be true was set aside in the last week; the records went on "
        "without. [ops.rejected_fields has each with its reason (docs/intake.md)]",
    ]


def test_an_open_circuit_and_a_spent_quota_say_until_when() -> None:
    holds = (Hold("adzuna", "circuit", after(minutes=14)), Hold("lever", "quota", after(hours=5)))
    assert [line.split(" [")[0] for line in said(tell(plant(machine={"holds": holds})), "Held back")] == [
        "adzuna: The provider failed too often in a row, so it is not asked; one probe may go at 19:14:00 "
        "UTC, in 14 minutes.",
        "lever: The provider told us to wait, so it is not asked; its quota resets at 2026-11-29 00:00 UTC, "
        "in 5 hours.",
    ]


def test_a_step_with_work_says_which_and_what_starts_it_unless_it_runs() -> None:
    work = {"outstanding": {BUILD: "12 batches were accepted since the last build"}}
    assert said(tell(plant(warehouse=work)), "Waits") == [
        "build_warehouse: It would find work: 12 batches were accepted since the last build; it starts when "
        "raw_salary is made anew, or at 22:00 UTC, in 3 hours. [`make run` does what is new in the whole "
        "chain; for this DAG alone, trigger it in Airflow: http://airflow/dags/build_warehouse]"
    ]
    assert said(tell(with_active(run(BUILD, "running"), warehouse=work)), "Waits") == []


def test_a_paused_dag_and_a_file_that_cannot_be_read_are_told() -> None:
    dags = {INGEST: Dag(INGEST, is_paused=True), SCORE: Dag(SCORE, import_error="NameError: x")}
    status = tell(plant(airflow={"dags": dags}))
    assert said(status, "Waits") == [
        "ingest_adzuna: It is paused: neither its clock nor an asset starts it. "
        "[switch it on in Airflow: http://airflow/dags/ingest_adzuna]",
        "score_batch: Its file cannot be read: NameError: x [mend dags/score_batch.py]",
    ]
    assert "paused: nothing starts it" in said(status, "DAGs")[0]


def test_a_dead_server_is_named_with_its_log() -> None:
    services = (Service("sandbox", False, "sandbox.log"), Service("mlflow", True, "mlflow.log"))
    status = tell(plant(machine={"services": services}))
    assert said(status, "Does not answer") == [
        "sandbox: It is down. [`make up` starts it again; its log is sandbox.log.]"
    ]
    assert status.headline == "Wrong: sandbox does not answer. Beside that, nothing runs."


def test_a_late_heartbeat_of_a_process_that_lives_is_no_death() -> None:
    status = tell(
        plant(
            airflow={"services": (Service("airflow_scheduler", False),)},
            machine={"services": (Service("airflow_scheduler", True, "scheduler.log"),)},
        )
    )
    assert status.headline == "Nothing is wrong; nothing runs."
    assert said(status, "Does not answer")[0].startswith("airflow_scheduler: It lives, but has not reported")


def test_without_airflow_the_warehouse_tells_what_it_knows() -> None:
    layer = Layer(BUILD, "run", "stage", 230, 87, (), before(seconds=9))
    account = Account(INGEST, "run", "load", 5, before(minutes=5))
    known = plant(warehouse={"layers": (layer,), "accounts": (account,)})
    silence = Problem("Airflow", "Airflow does not answer.", "`make up`")
    status = tell(replace(known, airflow=None, problems=(silence,)))
    assert (
        status.headline == "Wrong: Airflow does not answer. Beside that, whether anything runs is not known."
    )
    assert said(status, "Does not answer") == ["Airflow: Airflow does not answer. [`make up`]"]
    assert said(status, "Runs now") == [
        "build_warehouse: As the warehouse tells, dbt builds the layer stage since 18:59:51 UTC: "
        "87 of 230 nodes done."
    ]
    assert said(status, "DAGs") == ["ingest_adzuna: task load ended 5 minutes ago"]
    assert said(status, "Sources") == ["adzuna: is fresh, newest data 2 hours old"]


def test_without_the_warehouse_airflow_tells_what_it_knows() -> None:
    silence = Problem("the warehouse", "The warehouse did not answer.", "`make up`")
    status = tell(replace(plant(), warehouse=None, problems=(silence,)))
    assert status.headline == "Wrong: the warehouse does not answer. Beside that, nothing runs."
    assert len(said(status, "DAGs")) == 3
    assert said(status, "Sources") == []


def test_what_was_not_taken_of_the_exports_is_told_each_thing_once() -> None:
    unread = NotTaken("events/a.csv", "Its ending is not read. Drop it as JSON lines.", before(hours=3))
    cut = NotTaken("product.cvs", "It ends in the middle. File: cvs/b.jsonl", before(hours=1), is_cut=True)
    status = tell(plant(warehouse={"not_taken": (cut, unread), "more_unread": 2}))
    assert said(status, "Not taken") == [
        "product.cvs: It ends in the middle. File: cvs/b.jsonl (since 18:00 UTC) "
        "[have it dropped again in its place, whole, and run its window again: `make backfill`]",
        "events/a.csv: Its ending is not read. Drop it as JSON lines. (since 16:00 UTC)",
        "and more: 2 more files of the exports are not read. "
        "[`echo 'select * from ops.unread_files' | make -s psql`]",
    ]


def test_an_open_alert_is_told_with_its_page() -> None:
    alert = Alert("source_budget", "warning", "lever", "80 % is\nspent.", "docs/b.md", before(hours=3))
    assert said(tell(plant(warehouse={"alerts": (alert,)})), "Open alerts") == [
        "lever: 80 % is spent. (source_budget, open for 3 hours) [docs/b.md]"
    ]
