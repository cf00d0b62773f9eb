"""A circuit opens after failures in a row, lets one probe through a cool-down, and closes with an answer."""

from pathlib import Path

import pytest

from cvplus.errors import SourceUnavailable
from cvplus.sources.circuit import COOL_DOWN_SECONDS, FAILURES_TO_OPEN, Circuit


class Clock:
    """A clock that a test sets."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def opened(folder: Path, clock: Clock) -> Circuit:
    circuit = Circuit("invented", folder, clock)
    for _ in range(FAILURES_TO_OPEN):
        circuit.check()
        circuit.note(is_answered=False)
    return circuit


def test_failures_that_are_not_in_a_row_do_not_open_it(tmp_path: Path) -> None:
    circuit = Circuit("invented", tmp_path)
    for number in range(3 * FAILURES_TO_OPEN):
        circuit.check()
        circuit.note(is_answered=number % FAILURES_TO_OPEN == 0)


def test_it_is_open_for_every_process_and_for_the_next_run(tmp_path: Path) -> None:
    clock = Clock()
    opened(tmp_path, clock).close()
    with pytest.raises(SourceUnavailable, match=f"failed {FAILURES_TO_OPEN} times in a row"):
        Circuit("invented", tmp_path, clock).check()
    Circuit("another", tmp_path, clock).check()


def test_one_probe_a_cool_down_goes_through(tmp_path: Path) -> None:
    clock = Clock()
    first, second = opened(tmp_path, clock), Circuit("invented", tmp_path, clock)
    for _ in range(2):
        clock.now += COOL_DOWN_SECONDS
        first.check()
        with pytest.raises(SourceUnavailable):
            second.check()
        first.note(is_answered=False)
    clock.now += COOL_DOWN_SECONDS
    second.check()
    second.note(is_answered=True)
    first.check()


def test_of_two_that_would_probe_at_once_one_may(tmp_path: Path) -> None:
    clock = Clock()
    first = opened(tmp_path, clock)
    clock.now += COOL_DOWN_SECONDS

    def overtaken() -> float:
        first.check()
        return clock.now

    with pytest.raises(SourceUnavailable):
        Circuit("invented", tmp_path, overtaken).check()
