"""Which window an ingest run reads: what is asked for, else its interval, else the day until now."""

from datetime import UTC, datetime
from types import SimpleNamespace

from cvplus.orchestration.ingest import window_of_run

NOON = datetime(2026, 5, 10, 12, tzinfo=UTC)


def test_the_window_asked_for_is_read_as_it_is() -> None:
    params = {"window_start": "2026-01-01T00:00:00+00:00", "window_end": "2026-02-01T00:00:00+00:00"}
    asked = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    assert window_of_run({"params": params}) == asked


def test_a_run_of_the_clock_reads_its_interval_and_two_days_before() -> None:
    context = {
        "params": {},
        "data_interval_start": NOON.replace(day=9),
        "data_interval_end": NOON,
    }
    assert window_of_run(context) == (NOON.replace(day=7), NOON)


def test_a_run_by_hand_without_a_window_reads_the_day_until_now_and_two_days_before() -> None:
    context = {"params": {}, "dag_run": SimpleNamespace(run_after=NOON)}
    assert window_of_run(context) == (NOON.replace(day=7), NOON)
