"""The timetable of everything that is read on a clock: windows of data, from the installation on."""

import os
from datetime import datetime

from airflow.plugins_manager import AirflowPlugin
from airflow.timetables.interval import CronDataIntervalTimetable
from pendulum import DateTime, instance

INSTALLED_AT = "CVPLUS_INSTALLED_AT"


class DataIntervalSinceInstallation(CronDataIntervalTimetable):
    """One run a tick for the window since the tick before; the first window is that of the installation.

    Airflow's own timetable runs every new DAG at once for the window that ended last, which nobody asked for
    while `make run` loads the whole history. ``CVPLUS_INSTALLED_AT`` (ISO 8601, UTC) says when the plant was
    installed; without it this is Airflow's timetable. Backfills reach any window.
    """

    def _skip_to_latest(self, earliest: DateTime | None) -> DateTime:
        latest = super()._skip_to_latest(earliest)
        installed_at = os.environ.get(INSTALLED_AT)
        if not installed_at:
            return latest
        return max(latest, self._align_to_prev(instance(datetime.fromisoformat(installed_at))))


class WindowTimetablePlugin(AirflowPlugin):
    """Makes the timetable known to the scheduler."""

    name = "window_timetable"
    timetables = (DataIntervalSinceInstallation,)
