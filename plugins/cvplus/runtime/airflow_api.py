"""The few calls of Airflow's REST API that the commands need."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from cvplus.errors import PermanentError, TransientError

FINISHED = {"success", "failed"}
NOT_FOUND, CONFLICT = 404, 409


class AirflowSilent(TransientError):
    """Airflow's API does not answer."""

    code = "airflow_silent"


@dataclass(frozen=True)
class DagRun:
    """One run of a DAG, as the API tells it."""

    dag_id: str
    run_id: str
    state: str
    run_type: str
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def is_finished(self) -> bool:
        """Whether the run has ended, well or badly."""
        return self.state in FINISHED

    @property
    def seconds(self) -> float:
        """Run time so far."""
        if self.started_at is None:
            return 0.0
        return ((self.ended_at or datetime.now(UTC)) - self.started_at).total_seconds()


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def _run(answer: dict[str, Any]) -> DagRun:
    return DagRun(
        dag_id=answer["dag_id"],
        run_id=answer["dag_run_id"],
        state=answer["state"],
        run_type=answer["run_type"],
        started_at=_instant(answer["start_date"]),
        ended_at=_instant(answer["end_date"]),
    )


class AirflowApi:
    """A logged-in client of one Airflow."""

    def __init__(self, base_url: str, user: str, password: str, attempts: int = 3) -> None:
        self.base_url = base_url
        self._session = requests.Session()
        # A busy API server may drop a connection or fail once; asking again is safe for all calls but POST.
        again = Retry(
            total=attempts - 1, backoff_factor=0.3, status_forcelist=(500, 502, 503), raise_on_status=False
        )
        self._session.mount("http://", HTTPAdapter(max_retries=again))
        token = self._session.post(
            f"{base_url}/auth/token", json={"username": user, "password": password}, timeout=30
        )
        token.raise_for_status()
        self._session.headers["Authorization"] = f"Bearer {token.json()['access_token']}"

    def _call(self, method: str, path: str, allowed: tuple[int, ...] = (), **arguments: Any) -> Any:
        """The answer; ``None`` when it is one of the ``allowed`` refusals."""
        try:
            answer = self._session.request(method, f"{self.base_url}/api/v2{path}", timeout=120, **arguments)
        except requests.RequestException as error:
            raise AirflowSilent(
                cause=f"Airflow's API at {self.base_url} does not answer: {error}.",
                remedy="Read <home>/logs/airflow_api_server.log, then run the command again.",
            ) from error
        if answer.status_code in allowed:
            return None
        if answer.status_code >= 500:
            raise AirflowSilent(
                cause=f"Airflow's API at {self.base_url} failed: {method} {path}, {answer.status_code}.",
                remedy="Read <home>/logs/airflow_api_server.log, then run the command again.",
            )
        if answer.status_code >= 400:
            raise PermanentError(
                cause=f"Airflow refused {method} {path}: HTTP {answer.status_code} {answer.text[:300]}.",
                remedy="Check that the DAG is listed and has no import error (Airflow, page Dags).",
            )
        return answer.json() if answer.content else None

    def ask(self, path: str, parameters: dict[str, Any] | None = None, body: Any = None) -> Any:
        """The answer to a question that changes nothing; one with a body is posted."""
        return self._call("GET" if body is None else "POST", path, params=parameters, json=body)

    def dag_ids(self) -> set[str]:
        """Ids of all DAGs that Airflow has parsed."""
        return {dag["dag_id"] for dag in self._call("GET", "/dags", params={"limit": 200})["dags"]}

    def import_errors(self) -> list[str]:
        """Files that failed to parse, each with the last line of its error."""
        errors = self._call("GET", "/importErrors")["import_errors"]
        return [f"{item['filename']}: {item['stack_trace'].strip().splitlines()[-1]}" for item in errors]

    def trigger(self, dag_id: str, conf: dict[str, Any], run_id: str | None = None) -> DagRun:
        """Start a run by hand, now; with a ``run_id`` that there is already, give that run."""
        body = {"logical_date": None, "conf": conf, "dag_run_id": run_id}
        answer = self._call("POST", f"/dags/{dag_id}/dagRuns", json=body, allowed=(CONFLICT,))
        return _run(answer) if answer is not None else self.run(dag_id, str(run_id))

    def run(self, dag_id: str, run_id: str) -> DagRun:
        """One run."""
        return _run(self._call("GET", f"/dags/{dag_id}/dagRuns/{run_id}"))

    def runs_since(self, instant: datetime, states: Iterable[str] = ()) -> list[DagRun]:
        """Runs of any DAG that came due at or after an instant, oldest first."""
        parameters: dict[str, Any] = {
            "run_after_gte": instant.isoformat(),
            "order_by": "run_after",
            "limit": 200,
        }
        if states:
            parameters["state"] = list(states)
        return [_run(item) for item in self._call("GET", "/dags/~/dagRuns", params=parameters)["dag_runs"]]

    def task_instances(self, run: DagRun) -> list[dict[str, Any]]:
        """Task instances of a run."""
        path = f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances"
        return list(self._call("GET", path, params={"limit": 500})["task_instances"])

    def task_log(self, run: DagRun, task_id: str, try_number: int) -> list[dict[str, Any]]:
        """The log of one try of a task, one structured event an entry."""
        path = f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/{task_id}/logs/{try_number}"
        content = self._call("GET", path, params={"full_content": "true"})["content"]
        return [event for event in content if isinstance(event, dict)]

    def has_queued_events(self, dag_id: str) -> bool:
        """Whether an asset event waits to start this DAG."""
        answer = self._call("GET", f"/dags/{dag_id}/assets/queuedEvents", allowed=(NOT_FOUND,))
        return answer is not None and answer["total_entries"] > 0

    def create_backfill(self, dag_id: str, start: str, end: str, conf: dict[str, Any]) -> int:
        """Start a backfill of every window between two instants; returns its id."""
        body = {
            "dag_id": dag_id,
            "from_date": start,
            "to_date": end,
            "dag_run_conf": conf,
            "reprocess_behavior": "completed",
            "max_active_runs": 1,
        }
        return int(self._call("POST", "/backfills", json=body)["id"])

    def backfill_is_complete(self, backfill_id: int) -> bool:
        """Whether a backfill has no run left to make."""
        return self._call("GET", f"/backfills/{backfill_id}")["completed_at"] is not None
