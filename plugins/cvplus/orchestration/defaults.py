"""Defaults of every DAG: retries by cause, time limits, window parameters."""

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, ExceptionRetryPolicy, Param, RetryAction, RetryRule

OWNER = "data-platform"

# The network and the database are worth another try; a refused key, a failed gate or a wrong
# declaration fails again until a person changes something.
RETRY_BY_CAUSE = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception="cvplus.errors.PermanentError",
            action=RetryAction.FAIL,
            reason="It will fail again until a person changes something.",
        ),
        RetryRule(
            exception="cvplus.errors.TransientError",
            action=RetryAction.RETRY,
            retry_delay=timedelta(seconds=20),
            reason="The outside world failed; it may be back.",
        ),
    ]
)

TASK_DEFAULTS: dict[str, Any] = {
    "owner": OWNER,
    "retries": 3,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
    "retry_policy": RETRY_BY_CAUSE,
    "execution_timeout": timedelta(hours=1),
}


def on_clock(cron: str) -> CronTriggerTimetable:
    """Ticks of a clock (UTC) from the installation on.

    Airflow's own default, whatever its page says, runs a new DAG at once for a tick that is past by less than
    a tenth of the time between two: a plant installed on a Sunday would train before it has read anything.
    """
    return CronTriggerTimetable(cron, timezone="UTC", run_immediately=timedelta(0))


WINDOW_PARAMS: dict[str, Param] = {
    "window_start": Param(
        None,
        type=["null", "string"],
        format="date-time",
        title="Window start",
        description="First instant of the window to read (UTC). Empty: the run's own data interval.",
    ),
    "window_end": Param(
        None,
        type=["null", "string"],
        format="date-time",
        title="Window end",
        description="End of the window, not included (UTC). Empty: the run's own data interval.",
    ),
    "announce": Param(
        True,
        type="boolean",
        title="Wake what is downstream",
        description="Off in backfills: the warehouse is then built once, at the end of the range.",
    ),
}

# What all DAGs have in common that bring a source's window in: one run of a source at a time.
INGEST_DAG: dict[str, Any] = {
    "catchup": False,
    "max_active_runs": 1,
    "dagrun_timeout": timedelta(hours=3),
    "default_args": TASK_DEFAULTS,
    "params": WINDOW_PARAMS,
}
