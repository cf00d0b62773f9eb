"""Run the whole chain once: ingest, build, learn, score, publish, with live progress.

The ingest DAGs run side by side without waking anybody; then the warehouse is built once; everything
behind it is woken by assets, as in daily operation.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.live import Live

from cvplus.errors import SourceUnavailable
from cvplus.operations.outstanding import outstanding
from cvplus.runtime.airflow_api import AirflowApi, DagRun
from cvplus.runtime.patience import ChainFailed, Patience
from cvplus.runtime.progress import progress_table
from cvplus.runtime.task_logs import failure_cause, log_path
from cvplus.runtime.windows import next_windows
from cvplus.settings import PROJECT_ROOT, Settings
from cvplus.warehouse.connection import connect

POLL_SECONDS = 1.0
DAG_PARSE_SECONDS = 120
# Asset events become runs within a scheduler loop; three quiet polls in a row mean nothing is left.
QUIET_POLLS = 3
CHAIN_DAGS = ("build_warehouse", "train_models", "score_batch", "monitor_drift", "publish_marts")


@dataclass
class Chain:
    """One pass of the chain through a running Airflow."""

    api: AirflowApi
    settings: Settings
    console: Console
    started_at: datetime
    patience: Patience
    source_failures: list[ChainFailed] = field(default_factory=list)
    _asked_for: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)
    _said: dict[str, str] = field(default_factory=dict)

    def wait_for_dags(self) -> set[str]:
        """Wait until Airflow lists every DAG file's DAG; returns the ids.

        Raises:
            ChainFailed: when a file cannot be imported or the DAGs do not appear in time.
        """
        wanted = {file.stem for file in (PROJECT_ROOT / "dags").glob("*.py")}
        deadline = time.monotonic() + DAG_PARSE_SECONDS
        while time.monotonic() < deadline:
            found = self.patience.ask(self.api.dag_ids)
            if wanted <= found:
                return wanted
            errors = self.patience.ask(self.api.import_errors)
            if errors:
                raise ChainFailed(
                    cause=f"DAG files do not import: {'; '.join(errors)}.", remedy="Mend them; run again."
                )
            time.sleep(POLL_SECONDS)
        raise ChainFailed(
            cause=f"Airflow did not list {sorted(wanted - self.api.dag_ids())} in {DAG_PARSE_SECONDS} s.",
            remedy=f"Read {self.settings.home / 'logs' / 'airflow_dag_processor.log'}.",
        )

    def pass_once(
        self, history_start: datetime, history_end: datetime, only: frozenset[str] | None = None
    ) -> list[DagRun]:
        """Ingest what is new up to ``history_end``, then let everything behind it run to its end.

        ``only`` names the sources to read; without it every source is.
        """
        known = {dag.removeprefix("ingest_") for dag in self.wait_for_dags() if dag.startswith("ingest_")}
        sources = sorted(known & only if only is not None else known)
        windows = self.patience.ask(lambda: self._windows(sources, history_start, history_end))
        with Live(console=self.console, refresh_per_second=2) as live:
            ingest = [
                self.start(f"ingest_{source}", self._window_conf(*window))
                for source, window in windows.items()
            ]
            self.watch(live, ingest)
            for dag_id in ("build_warehouse", "train_models"):
                if dag_id in self._outstanding():
                    self.watch(live, [self.start(dag_id, {})])
            runs = self.watch(live, [])
            # What the steps woke has run by now; what still has work was left by a pass that failed.
            for dag_id in CHAIN_DAGS:
                if dag_id in self._outstanding():
                    self.watch(live, [self.start(dag_id, {})])
                    runs = self.watch(live, [])
            return runs

    def _windows(
        self, sources: list[str], history_start: datetime, history_end: datetime
    ) -> dict[str, tuple[datetime, datetime]]:
        with connect(self.settings.resolved_warehouse_url) as connection:
            return next_windows(connection, sources, history_start, history_end)

    def start(self, dag_id: str, conf: dict[str, Any]) -> DagRun:
        """Start a run; asked again after an answer was lost, it is still one run."""
        run_id = new_run_id()
        self._asked_for[run_id] = dag_id, conf
        return self.patience.ask(lambda: self.api.trigger(dag_id, conf, run_id))

    def _outstanding(self) -> dict[str, str]:
        return self.patience.ask(self._ask_outstanding)

    def _ask_outstanding(self) -> dict[str, str]:
        with connect(self.settings.resolved_warehouse_url) as connection:
            return outstanding(connection, self.settings)

    @staticmethod
    def _window_conf(start: datetime, end: datetime) -> dict[str, Any]:
        return {"window_start": start.isoformat(), "window_end": end.isoformat(), "announce": False}

    def watch(self, live: Live, awaited: list[DagRun]) -> list[DagRun]:
        """Show progress until the awaited runs have ended; with none, until nothing runs any more."""
        quiet = 0
        while True:
            runs = self.patience.ask(lambda: self._show_runs(live))
            self.patience.ask(partial(self.fail_on_failed_runs, runs))
            states = {run.run_id: run for run in runs}
            if awaited:
                if all(states.get(run.run_id, run).is_finished for run in awaited):
                    return runs
                self._ask_again_for(run for run in awaited if run.run_id not in states)
            else:
                busy = any(not run.is_finished for run in runs)
                waiting = self.patience.ask(self._has_queued_events)
                quiet = 0 if busy or waiting else quiet + 1
                if quiet >= QUIET_POLLS or (quiet and not self._outstanding()):
                    return runs
            time.sleep(POLL_SECONDS)

    def _ask_again_for(self, missing: Iterable[DagRun]) -> None:
        """Start runs that were started and are not there: a server that died forgot what it had just taken.

        The run's id is the same, so one that is only late stays one run.
        """
        for run in missing:
            dag_id, conf = self._asked_for[run.run_id]
            self.patience.ask(partial(self.api.trigger, dag_id, conf, run.run_id))

    def _has_queued_events(self) -> bool:
        return any(self.api.has_queued_events(dag) for dag in CHAIN_DAGS)

    def _show_runs(self, live: Live) -> list[DagRun]:
        runs = self.api.runs_since(self.started_at - timedelta(seconds=5))
        if self.console.is_terminal:
            live.update(progress_table(runs, self.api, self.settings.resolved_warehouse_url, self.started_at))
        else:
            self._say_changes(runs)
        return runs

    def _say_changes(self, runs: list[DagRun]) -> None:
        """One line a change of state, for logs that are no terminal."""
        for run in runs:
            if self._said.get(run.run_id + run.dag_id) != run.state:
                self._said[run.run_id + run.dag_id] = run.state
                elapsed = (now() - self.started_at).total_seconds()
                self.console.print(f"{elapsed:5.0f} s  {run.dag_id}: {run.state} ({run.seconds:.0f} s)")

    def fail_on_failed_runs(self, runs: list[DagRun] | None = None) -> None:
        """Raise ``ChainFailed`` when a run since the start has failed.

        A provider holds nothing up: when its ingest fails, the failure is kept in ``source_failures`` and the
        chain goes on with the last good data.
        """
        for run in runs if runs is not None else self.api.runs_since(self.started_at):
            if run.state != "failed" or run.run_id in self._failed:
                continue
            self._failed.add(run.run_id)
            failure = self._failure(run)
            if run.dag_id.startswith("ingest_") and run.dag_id != "ingest_product":
                self.source_failures.append(failure)
            else:
                raise failure

    def _failure(self, run: DagRun) -> ChainFailed:
        """DAG, task, cause and log of a failed run."""
        for task in self.api.task_instances(run):
            if task["state"] != "failed":
                continue
            log = log_path(self.settings.home, run.dag_id, run.run_id, task["task_id"], task["try_number"])
            return ChainFailed(
                cause=f"DAG {run.dag_id}, task {task['task_id']}: "
                + failure_cause(self.api.task_log(run, task["task_id"], task["try_number"])),
                remedy=f"Read {log}; mend the cause, then run `make run` again: it goes on from here.",
            )
        return ChainFailed(
            cause=f"DAG {run.dag_id} failed without a failed task (run {run.run_id}).",
            remedy="Look at the run in Airflow; a time limit of the DAG may have passed.",
        )


def new_run_id() -> str:
    """An id for a run that is started by hand."""
    return f"manual__{now().isoformat()}_{uuid4().hex[:8]}"


def is_outage(failure: ChainFailed) -> bool:
    """Whether a source failed because its provider could not be reached, which is nobody's fault here."""
    return f"[{SourceUnavailable.code}]" in failure.cause


def now() -> datetime:
    """This instant, UTC."""
    return datetime.now(UTC)
