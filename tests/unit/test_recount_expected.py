"""A run is held to the counts that are checked in, to the unit where its moment does not matter."""

import json
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from recount.expected import ABOUT, EXACT, against_expected

MARKET = {"data": "market", "size": "small", "seed": 7, "days": 180}


class Counter:
    """Stands for a warehouse in which everything is there so many times."""

    def __init__(self, exact: int, about: int) -> None:
        self._counts = {query.encode(): exact for query in EXACT.values()}
        self._counts |= {query.encode(): about for query in ABOUT.values()}

    def execute(self, query: bytes) -> "Counter":
        self._row = (self._counts[query],)
        return self

    def fetchone(self) -> tuple[int]:
        return self._row


def failures(exact: int, about: int, home: Path) -> list[str]:
    """Names of the counts that do not hold."""
    connection = cast("psycopg.Connection[Any]", Counter(exact, about))
    return [
        name for name, holds, _ in against_expected(connection, home, home / "expected.json") if not holds
    ]


def names(counts: dict[str, str]) -> list[str]:
    """What is said of each of these counts, in order."""
    return [f"as many {name} as ever" for name in sorted(counts)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "market.json").write_text(json.dumps(MARKET))
    return tmp_path


def test_what_is_written_is_what_is_expected_next(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert failures(1000, 1000, home) == ["the counts of market small, seed 7, 180 days are checked in"]
    monkeypatch.setenv("UPDATE_SNAPSHOT", "1")
    assert failures(1000, 1000, home) == []
    monkeypatch.delenv("UPDATE_SNAPSHOT")
    assert failures(1000, 1000, home) == []
    assert failures(1001, 1000, home) == names(EXACT)
    assert failures(1000, 1020, home) == []
    assert failures(1000, 960, home) == names(ABOUT)


def test_a_count_that_nobody_wrote_does_not_hold(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPDATE_SNAPSHOT", "1")
    failures(1000, 1000, home)
    monkeypatch.delenv("UPDATE_SNAPSHOT")
    file = home / "expected.json"
    known = json.loads(file.read_text())
    for counts in known.values():
        counts["exact"].pop("events")
    file.write_text(json.dumps(known))
    assert failures(1000, 1000, home) == ["as many events as ever"]
