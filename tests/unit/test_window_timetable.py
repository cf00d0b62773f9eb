"""A new plant's clocks begin with the tick after its installation; one that was down reads the last."""

from datetime import UTC, datetime, timedelta

import pytest
from airflow.serialization.decoders import decode_timetable
from airflow.serialization.encoders import encode_timetable
from airflow.timetables import interval, trigger
from airflow.timetables.base import DataInterval, TimeRestriction
from pendulum import instance

from cvplus.orchestration.defaults import on_clock
from window_timetable import INSTALLED_AT, DataIntervalSinceInstallation

DAILY = DataIntervalSinceInstallation("35 4 * * *", timezone="UTC")


def day(number: int, hour: int = 4, minute: int = 35) -> datetime:
    """An instant in May."""
    return datetime(2026, 5, number, hour, minute, tzinfo=UTC)


def next_window(now: datetime, after: datetime | None = None) -> tuple[datetime, datetime, datetime]:
    """The next run on the clock: its window's bounds and when it is due; ``after`` ends the window before."""
    before = None if after is None else DataInterval(instance(after).subtract(days=1), instance(after))
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr(interval, "utcnow", lambda: instance(now))
        info = DAILY.next_dagrun_info(
            last_automated_data_interval=before, restriction=TimeRestriction(None, None, catchup=False)
        )
    assert info is not None
    assert info.data_interval is not None
    return info.data_interval.start, info.data_interval.end, info.run_after


def test_the_first_run_is_the_next_tick_and_reads_the_window_of_the_installation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(INSTALLED_AT, day(10, 18).isoformat())
    assert next_window(day(10, 18, 1)) == (day(10), day(11), day(11))


def test_a_plant_that_was_down_for_days_reads_the_last_whole_window_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(INSTALLED_AT, day(10, 18).isoformat())
    assert next_window(day(14, 12)) == (day(13), day(14), day(14))


def test_after_a_run_the_next_window_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INSTALLED_AT, day(10, 18).isoformat())
    assert next_window(day(12, 5), after=day(12)) == (day(12), day(13), day(13))


def test_without_an_installation_it_is_airflows_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(INSTALLED_AT, raising=False)
    assert next_window(day(10, 18)) == (day(9), day(10), day(10))


def test_a_backfill_reaches_windows_before_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INSTALLED_AT, day(10, 18).isoformat())
    restriction = TimeRestriction(instance(day(1)), instance(day(3)), catchup=True)
    info = DAILY.next_dagrun_info(last_automated_data_interval=None, restriction=restriction)
    assert info is not None
    assert info.data_interval is not None
    assert info.data_interval.start == day(1)


@pytest.mark.parametrize("since_the_tick", [timedelta(seconds=1), timedelta(hours=1), timedelta(days=6)])
def test_a_clock_of_no_window_begins_with_the_next_tick(since_the_tick: timedelta) -> None:
    sunday = datetime(2026, 5, 10, 2, tzinfo=UTC)
    weekly = decode_timetable(encode_timetable(on_clock("0 2 * * 0")))
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr(trigger, "utcnow", lambda: instance(sunday + since_the_tick))
        info = weekly.next_dagrun_info(
            last_automated_data_interval=None, restriction=TimeRestriction(None, None, catchup=False)
        )
    assert info is not None
    assert info.run_after == sunday + timedelta(days=7)
