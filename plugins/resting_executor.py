"""Airflow's executor of one machine, which gives back the memory of what has nothing to do.

Airflow's own forks as many workers as ``core.parallelism`` says and keeps them for ever; each holds tens of
megabytes of its own once it has run tasks. Here they end when no task has begun or ended for a while, and
are forked again, in milliseconds, when one is queued. Nor does a process serve the tasks' logs: the API
server reads the files itself, for they lie on its own machine.
"""

import time
from typing import Any

from airflow.executors.local_executor import LocalExecutor

IDLE_SECONDS = 30.0


class RestingLocalExecutor(LocalExecutor):
    """A ``LocalExecutor`` that lets its workers go ``IDLE_SECONDS`` after the last news of a task."""

    serve_logs = False
    last_news: float = 0.0

    def start(self) -> None:
        """Start the executor."""
        super().start()
        self.last_news = time.monotonic()

    def trigger_tasks(self, open_slots: int) -> None:
        """Give to the workers what is queued."""
        if self.queued_tasks:
            self.last_news = time.monotonic()
        super().trigger_tasks(open_slots)

    def change_state(self, *arguments: Any, **options: Any) -> None:
        """Take note of what became of a task."""
        self.last_news = time.monotonic()
        super().change_state(*arguments, **options)

    def sync(self) -> None:
        """Called at each heartbeat: take results, replace workers that died, let idle ones go."""
        super().sync()
        if self.workers and time.monotonic() - self.last_news > IDLE_SECONDS:
            self.release_workers()
            self.last_news = time.monotonic()

    def release_workers(self) -> None:
        """Tell each worker to end after what it does now, in the words of the executor's own end.

        A task that is queued meanwhile waits behind these words and finds new workers: whenever something is
        queued, Airflow forks as many as are missing.
        """
        self.log.info("No task began or ended for %.0f s: %s workers end.", IDLE_SECONDS, len(self.workers))
        for _ in self.workers:
            self.activity_queue.put(None)

    def get_task_log(self, ti: Any, try_number: int) -> tuple[list[str], list[str]]:
        """Say where a running task's log is, so that Airflow reads the file there and asks no server."""
        return [f"{ti.task_id}, try {try_number}, runs on this machine"], []
