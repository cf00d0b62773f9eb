"""Listens to dbt while it runs: each node's outcome goes to the warehouse and to the task's log at once."""

import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import psycopg

from cvplus.transform.model_runs import LayerRun, node_finished, node_started

log = logging.getLogger(__name__)
_BAD = ("error", "fail", "runtime error")


class Recorder:
    """Takes dbt's events of one run. ``outcomes`` holds each finished node's status by unique id.

    dbt calls it from several threads, and a callback that raises would stop dbt dead. So a warehouse that
    does not answer is kept in ``lost`` and told when the run is over.
    """

    def __init__(
        self, connection: psycopg.Connection, run: LayerRun, nodes: Mapping[str, Any], target: Path
    ) -> None:
        self.outcomes: dict[str, str] = {}
        self.messages: dict[str, str] = {}
        self.lost: psycopg.Error | None = None
        self._connection = connection
        self._run = run
        self._nodes = nodes
        self._target = target
        self._models = sum(node.resource_type != "test" for node in nodes.values())
        self._begun = 0
        self._lock = Lock()

    def __call__(self, event: Any) -> None:
        """Handle one event of dbt; all but the begin and the end of a node are left alone."""
        if event.info.name == "NodeStart":
            self._begin(event.data.node_info.unique_id)
        elif event.info.name == "NodeFinished":
            self._finish(event.data.node_info.unique_id, event.data.run_result)

    def compiled_path(self, unique_id: str) -> str | None:
        """Where dbt has left a node's SQL, if it came so far."""
        node = self._nodes[unique_id]
        folder = "run" if node.resource_type == "model" else "compiled"
        file = self._target / folder / node.package_name / node.original_file_path
        if node.resource_type == "test" and file.suffix != ".sql":
            file = file / node.path
        return str(file) if file.exists() else None

    def _begin(self, unique_id: str) -> None:
        node = self._nodes.get(unique_id)
        if node is None:
            return
        with self._lock:
            if node.resource_type != "test":
                self._begun += 1
                log.info("%s of %s: building %s %s", self._begun, self._models, node.resource_type, node.name)
            self._write(node_started, node)

    def _finish(self, unique_id: str, result: Any) -> None:
        node = self._nodes.get(unique_id)
        if node is None:
            return
        status, message = str(result.status), str(result.message or "")
        rows = dict(result.adapter_response.fields).get("rows_affected") if result.adapter_response else None
        count = int(rows.number_value) if rows is not None and rows.number_value >= 0 else None
        with self._lock:
            self.outcomes[unique_id] = status
            self.messages[unique_id] = message
            if status in _BAD:
                log.error("%s %s: %s: %s", node.resource_type, node.name, status, " ".join(message.split()))
            elif status == "warn":
                log.warning("%s %s: %s", node.resource_type, node.name, " ".join(message.split()))
            elif node.resource_type != "test" and status == "success":
                log.info("built %s in %.1f s: %s", node.name, result.execution_time, message)
            self._write(
                node_finished,
                unique_id,
                status=status,
                seconds=float(result.execution_time),
                rows=count if node.resource_type != "test" else None,
                message=message or None,
                compiled_path=self.compiled_path(unique_id),
            )

    def _write(self, write: Any, *values: Any, **named: Any) -> None:
        if self.lost is not None:
            return
        try:
            write(self._connection, self._run, *values, **named)
        except psycopg.Error as error:
            self.lost = error
            log.exception("ops.model_runs cannot be written; the run goes on without it.")
