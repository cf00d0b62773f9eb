"""What the log of a task's try says: why it failed, why it skipped, and where the log lies."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any


def log_path(home: Path, dag_id: str, run_id: str, task_id: str, try_number: int) -> Path:
    """The file of one try's log, as Airflow names it."""
    run = home / "airflow" / "logs" / f"dag_id={dag_id}" / f"run_id={run_id}"
    return run / f"task_id={task_id}" / f"attempt={try_number}.log"


def failure_cause(events: Sequence[dict[str, Any]]) -> str:
    """The last exception in a task's log, else its last error line."""
    for event in reversed(events):
        details = event.get("error_detail")
        if details:
            return f"{details[-1]['exc_type']}: {details[-1]['exc_value']}"
    errors = [event.get("event", "") for event in events if event.get("level") in ("error", "critical")]
    return errors[-1] if errors else "no error was logged; the task may have been killed."


def skip_reason(events: Sequence[dict[str, Any]]) -> str | None:
    """Why a task skipped itself; ``None`` when its log does not say."""
    reasons = [event["reason"] for event in events if event.get("event") == "Skipping task."]
    return str(reasons[-1]) if reasons else None
