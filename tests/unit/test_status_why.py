"""`make status DAG=<id>` answers "Why has this not run?" for one DAG, with what to do next."""

from dataclasses import replace

import pytest
from status_world import BUILD, INGEST, NOW, SCORE, after, before, plant, run, said, task

from cvplus.status.facts import Dag, Facts, HeldBatch, Hold, Problem, Resource, Service, WokenBy
from cvplus.status.why import DagUnknown, resolved, tell_dag


def test_a_dag_of_the_clock_waits_for_its_time() -> None:
    status = tell_dag(plant(), INGEST)
    assert status.headline == "ingest_adzuna does not run because it is not its time: nothing holds it up."
    assert said(status, "What starts it") == [
        "the clock: Starts it at 21:00 UTC, in 2 hours.",
        "by hand: Now. [`make run` reads what is new of every source; `make backfill FROM=<date> TO=<date> "
        "DAG=ingest_adzuna` reads past windows of this one again]",
    ]
    assert said(status, "What holds it up") == []
    assert said(status, "The last run") == ["ingest_adzuna: It succeeded 5 minutes ago after 20 seconds"]


def test_a_dag_of_assets_waits_for_what_others_make() -> None:
    status = tell_dag(plant(), SCORE)
    assert status.headline == (
        "score_batch does not run because nothing that it waits for has been made since its last run."
    )
    assert said(status, "What starts it")[0] == (
        "feature_store: The asset is made by build_warehouse: last made 4 minutes ago."
    )


def test_it_names_the_failed_or_paused_maker_of_what_a_dag_waits_for() -> None:
    newest = plant().airflow.newest | {BUILD: run(BUILD, "failed")}  # type: ignore[union-attr]
    status = tell_dag(plant(airflow={"newest": newest}), SCORE)
    reason = "feature_store is not made anew: the last run of build_warehouse, which makes it, failed."
    assert status.headline == f"score_batch does not run: {reason}"
    assert said(status, "What holds it up") == [
        f"build_warehouse: {reason} [`make status DAG=build_warehouse`]"
    ]
    dags = plant().airflow.dags | {BUILD: Dag(BUILD, is_paused=True)}  # type: ignore[union-attr]
    assert (
        "build_warehouse, which makes it, is paused"
        in tell_dag(plant(airflow={"dags": dags}), SCORE).headline
    )


def test_news_that_waits_for_the_dag_is_told() -> None:
    waiting = Dag(SCORE, woken_by=(WokenBy("feature_store", (BUILD,), before(minutes=4), is_waiting=True),))
    dags = plant().airflow.dags | {SCORE: waiting}  # type: ignore[union-attr]
    assert (
        "its news waits for this DAG"
        in said(tell_dag(plant(airflow={"dags": dags}), SCORE), "What starts")[0]
    )


def test_a_run_that_waits_says_so_first() -> None:
    waiting = run(INGEST, "running", tasks=(task(INGEST, "extract_and_land", "queued"),))
    busy = run(BUILD, "running", tasks=(task(BUILD, "build_stage", "running"),))
    facts = plant(airflow={"active": (busy, waiting)}, machine={"workers": 1})
    status = tell_dag(facts, INGEST)
    assert status.headline == "ingest_adzuna runs."
    assert said(status, "Now")[1] == (
        "ingest_adzuna: Task extract_and_land waits for a worker: all 1 are busy."
    )
    assert not any("by hand" in line for line in said(status, "What starts it"))


def test_an_unconfigured_source_names_the_connection_to_make() -> None:
    off = Resource("adzuna", "search", "not_configured", None, "It has no connection.")
    status = tell_dag(plant(warehouse={"resources": (off,)}), INGEST)
    assert (
        status.headline == "ingest_adzuna does not run: its source is not configured: it has no connection."
    )
    assert said(status, "What holds it up") == [
        "ingest_adzuna: Its source is not configured: it has no connection. "
        "[make the Airflow connection `adzuna` as docs/sources/adzuna.md says]"
    ]


def test_a_paused_dag_a_dead_scheduler_and_an_open_circuit_are_reasons() -> None:
    dags = plant().airflow.dags | {INGEST: Dag(INGEST, is_paused=True)}  # type: ignore[union-attr]
    machine = {
        "holds": (Hold("adzuna", "circuit", after(minutes=14)), Hold("lever", "quota", after(hours=1))),
        "services": (Service("airflow_scheduler", False, "scheduler.log"),),
    }
    reasons = said(tell_dag(plant(airflow={"dags": dags}, machine=machine), INGEST), "What holds it up")
    assert [reason.split(":")[1].strip() for reason in reasons[:2]] == [
        "It is paused",
        "The scheduler is down, so nothing starts. [`make up`]",
    ]
    assert reasons[2].startswith("adzuna: The provider failed too often")
    assert len(reasons) == 3, "what holds up another source is no reason"


def test_a_failed_run_is_the_reason_and_its_remedy_the_next_step() -> None:
    failed = task(INGEST, "load_and_gate", "failed", error="X: [gate_failed] Bad. Next: Look.", log="l")
    newest = {INGEST: run(INGEST, "failed", tasks=(failed,))}
    status = tell_dag(plant(airflow={"newest": newest}), INGEST)
    assert said(status, "What holds it up") == [
        "ingest_adzuna: Its last run failed, and nothing tries that again by itself. [Look. Its log is l.]"
    ]
    assert said(status, "The last run") == [
        "ingest_adzuna: It failed 5 minutes ago after 20 seconds: task load_and_gate: [gate_failed] Bad"
    ]


def test_batches_in_quarantine_are_told_of_their_own_source_alone() -> None:
    held = tuple(HeldBatch(f"{name}.1", name, "search", None, NOW) for name in ("adzuna", "lever"))
    status = tell_dag(plant(warehouse={"held": held}), INGEST)
    assert status.headline.endswith("nothing holds it up, but 1 batch of it is in quarantine.")
    assert [line.split(":")[0] for line in said(status, "Its data")] == ["search", "adzuna.search"]


def test_a_dag_is_named_by_its_id_or_an_ingest_dag_by_its_source() -> None:
    assert resolved("build_warehouse", plant()) == BUILD
    assert resolved("adzuna", plant()) == INGEST
    with pytest.raises(DagUnknown, match=r"no DAG 'scorebatch'.*Did you mean score_batch\?"):
        resolved("scorebatch", plant())


def test_while_nothing_answers_any_name_may_be_a_dag() -> None:
    silence = Problem("Airflow", "Airflow does not answer.", "`make up`")
    facts = Facts(NOW, problems=(silence,))
    assert resolved("ingest_adzuna", facts) == INGEST
    status = tell_dag(facts, INGEST)
    assert status.headline == "ingest_adzuna: Airflow does not answer, so nothing runs that it would start."
    assert said(status, "Does not answer") == ["Airflow: Airflow does not answer. [`make up`]"]


def test_without_airflow_the_data_of_the_source_are_still_told() -> None:
    status = tell_dag(replace(plant(), airflow=None), INGEST)
    assert said(status, "Its data") == ["search: is fresh, newest data 2 hours old"]
