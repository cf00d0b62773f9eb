"""Tasks of the runs that are of interest, with what their logs say of failures, retries and skips."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cvplus.errors import PlantError
from cvplus.runtime.task_logs import failure_cause, skip_reason
from cvplus.status.airflow_facts import PAGE, PAGES_AT_MOST, Ask, instant_of
from cvplus.status.facts import AirflowFacts, Run, Task

ACTIVE = ["running", "queued", "scheduled", "up_for_retry", "up_for_reschedule", "deferred", "restarting"]
TOLD = ["failed", "skipped"]
# How the plant's retry policy (orchestration/defaults.py) waits after an error that may pass.
POLICY_SECONDS = 20.0

LogPath = Callable[[str, str, str, int], object]


def with_tasks(
    facts: AirflowFacts, ask: Ask, log_path: LogPath, is_explained: Callable[[str], bool]
) -> AirflowFacts:
    """The facts with the active tasks of active runs, and the failed and skipped tasks of ended ones.

    Args:
        facts: what :func:`cvplus.status.airflow_facts.read_airflow` has read.
        ask: asks Airflow's API.
        log_path: where the log of a try lies, from DAG, run, task and number of the try.
        is_explained: whether it is known already why a DAG skipped, so that no log need be read for it.
    """
    reader = _Reader(ask, log_path, is_explained)
    active = reader.add(facts.active, ACTIVE)
    newest = reader.add(tuple(facts.newest.values()), TOLD)
    return replace(facts, active=active, newest={run.dag_id: run for run in newest})


class _Reader:
    def __init__(self, ask: Ask, log_path: LogPath, is_explained: Callable[[str], bool]) -> None:
        self._ask = ask
        self._log_path = log_path
        self._is_explained = is_explained

    def add(self, runs: Sequence[Run], states: list[str]) -> tuple[Run, ...]:
        tasks: dict[tuple[str, str], list[Task]] = {}
        for item in self._instances(runs, states):
            task = self._task(item)
            tasks.setdefault((task.dag_id, task.run_id), []).append(task)
        return tuple(replace(run, tasks=tuple(tasks.get((run.dag_id, run.run_id), ()))) for run in runs)

    def _instances(self, runs: Sequence[Run], states: list[str]) -> list[dict[str, Any]]:
        wanted = {(run.dag_id, run.run_id) for run in runs}
        body = {
            "dag_ids": sorted({dag_id for dag_id, _ in wanted}),
            "dag_run_ids": sorted({run_id for _, run_id in wanted}),
            "state": states,
            "page_limit": PAGE,
        }
        found: list[dict[str, Any]] = []
        for page in range(PAGES_AT_MOST if wanted else 0):
            question = {**body, "page_offset": page * PAGE}
            answer = self._ask("/dags/~/dagRuns/~/taskInstances/list", body=question)
            found += answer["task_instances"]
            if (page + 1) * PAGE >= answer["total_entries"]:
                break
        return [item for item in found if (item["dag_id"], item["dag_run_id"]) in wanted]

    def _task(self, item: Mapping[str, Any]) -> Task:
        state, number = item["state"], item["try_number"]
        is_retried, ended_at = state == "up_for_retry", instant_of(item["end_date"])
        task = Task(
            dag_id=item["dag_id"],
            run_id=item["dag_run_id"],
            task_id=item["task_id"],
            state=state,
            since=instant_of(
                item["start_date"] if state == "running" else item["queued_when"] or item["scheduled_when"]
            ),
            try_number=number,
            tries=item["max_tries"] + 1,
            pool=item["pool"],
        )
        if state == "failed" or is_retried:
            path = self._log_path(task.dag_id, task.run_id, task.task_id, number)
            error = failure_cause(self._log(task)) if number else None
            next_try = self._next_try(task, ended_at) if is_retried and ended_at else None
            return replace(task, error=error, log=str(path), next_try=next_try)
        # A task that others made skip never began; the one that skipped itself says why.
        if state == "skipped" and item["start_date"] and not self._is_explained(task.dag_id):
            return replace(task, skip_reason=skip_reason(self._log(task)))
        return task

    def _log(self, task: Task) -> list[dict[str, Any]]:
        run = f"/dags/{task.dag_id}/dagRuns/{task.run_id}"
        path = f"{run}/taskInstances/{task.task_id}/logs/{task.try_number}"
        try:
            content = self._ask(path, {"full_content": "true"})["content"]
        except PlantError:
            # A reader may see a task and not its log; the task is told without its reason.
            return []
        return [event for event in content if isinstance(event, dict)]

    def _next_try(self, task: Task, ended_at: datetime) -> tuple[datetime, datetime]:
        """The earliest and the latest instant of the next try.

        Airflow does not tell it. It waits as the policy says when the policy knows the error, else between
        once and twice the delay, doubled with each try.
        """
        told = self._ask(f"/dags/{task.dag_id}/tasks/{task.task_id}")
        delay, growth = told["retry_delay"], told["retry_exponential_backoff"] or 1.0
        first = math.ceil((delay["days"] * 86_400 + delay["seconds"]) * growth ** (task.try_number - 1))
        latest = 2 * first if growth != 1.0 else first
        return (
            ended_at + timedelta(seconds=min(first, POLICY_SECONDS)),
            ended_at + timedelta(seconds=max(latest, POLICY_SECONDS)),
        )
