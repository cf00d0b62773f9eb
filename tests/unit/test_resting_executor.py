"""Workers that have nothing to do end, and a task that comes later finds new ones."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.executors.base_executor import BaseExecutor
from airflow.utils.state import TaskInstanceState

import resting_executor
from resting_executor import RestingLocalExecutor

SLOTS = 2


@dataclass(frozen=True)
class Task:
    """What the executor asks of a task; running it writes the worker's process id to a file."""

    file: Path
    waits_for: Path | None = None
    running_state = None
    success_state = TaskInstanceState.SUCCESS
    failure_state = TaskInstanceState.FAILED
    ti = SimpleNamespace(priority_weight=1)

    @property
    def key(self) -> str:
        return self.file.name

    display_name = key

    def run(self) -> None:
        self.file.write_text(str(os.getpid()))
        while self.waits_for is not None and not self.waits_for.exists():
            time.sleep(0.01)


@pytest.fixture
def executor(monkeypatch: pytest.MonkeyPatch) -> Iterator[RestingLocalExecutor]:
    monkeypatch.setattr(BaseExecutor, "run_workload", lambda workload, **options: workload.run())
    started = RestingLocalExecutor(parallelism=SLOTS)
    started.start()
    yield started
    started.end()


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting_executor, "IDLE_SECONDS", -1.0)


def run(executor: RestingLocalExecutor, task: Task) -> None:
    executor.queued_tasks[task.key] = task
    executor.heartbeat()


def beat_until(executor: RestingLocalExecutor, reached) -> None:
    while not reached():
        executor.heartbeat()
        time.sleep(0.01)


def test_workers_stay_while_there_is_news(executor: RestingLocalExecutor, tmp_path: Path) -> None:
    run(executor, Task(tmp_path / "task"))
    beat_until(executor, lambda: "task" in executor.event_buffer)
    assert len(executor.workers) == SLOTS
    assert all(worker.is_alive() for worker in executor.workers.values())


@pytest.mark.usefixtures("no_patience")
def test_workers_without_news_end_and_a_later_task_finds_new_ones(
    executor: RestingLocalExecutor, tmp_path: Path
) -> None:
    first = set(executor.workers)
    beat_until(executor, lambda: not executor.workers)
    run(executor, Task(tmp_path / "task"))
    beat_until(executor, lambda: "task" in executor.event_buffer)
    assert executor.event_buffer["task"] == (TaskInstanceState.SUCCESS, None)
    assert int((tmp_path / "task").read_text()) not in first


@pytest.mark.usefixtures("no_patience")
def test_a_worker_ends_its_task_before_it_goes(executor: RestingLocalExecutor, tmp_path: Path) -> None:
    run(executor, Task(tmp_path / "long", waits_for=tmp_path / "asked"))
    beat_until(executor, lambda: (tmp_path / "long").exists() and len(executor.workers) < SLOTS)
    (tmp_path / "asked").touch()
    beat_until(executor, lambda: "long" in executor.event_buffer)
    assert executor.event_buffer["long"] == (TaskInstanceState.SUCCESS, None)
    beat_until(executor, lambda: not executor.workers)


@pytest.mark.usefixtures("no_patience")
def test_a_task_queued_behind_the_word_to_end_is_run(executor: RestingLocalExecutor, tmp_path: Path) -> None:
    executor.release_workers()
    run(executor, Task(tmp_path / "task"))
    beat_until(executor, lambda: "task" in executor.event_buffer)
    assert executor.event_buffer["task"] == (TaskInstanceState.SUCCESS, None)
