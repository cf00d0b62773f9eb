"""Faults on demand: each kind as it reaches a client over a real connection, planned, counted and used up."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn

from sandbox.faults import Fault, FaultBook
from sandbox.market import MarketRequest, build
from sandbox.server import create_app

TAGS = "/stack_overflow/2.3/tags?site=stackoverflow&pagesize=5"
BOARD = "/arbeitnow/api/job-board-api"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served tiny market."""
    home: Path = tmp_path_factory.mktemp("served")
    build(home, MarketRequest("tiny", 7, 180, date(2026, 11, 23)))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(create_app(home), host="127.0.0.1", port=port, log_level="critical")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=300)


@pytest.fixture(autouse=True)
def _no_leftovers(address: str) -> Iterator[None]:
    yield
    requests.delete(f"{address}/faults", timeout=300)


def plan(address: str, *faults: dict[str, Any]) -> None:
    """Plans faults."""
    requests.post(f"{address}/faults", json=list(faults), timeout=300).raise_for_status()


def test_a_fault_hits_the_requests_it_was_planned_for_and_no_others(address: str) -> None:
    plan(address, {"provider": "arbeitnow", "kind": "500", "times": 2, "after": 1})
    statuses = [requests.get(address + BOARD, timeout=300).status_code for _ in range(5)]
    assert statuses == [200, 500, 500, 200, 200]
    assert requests.get(address + TAGS, timeout=300).status_code == 200
    assert requests.get(f"{address}/faults", timeout=300).json() == []


def test_a_path_narrows_a_fault_down(address: str) -> None:
    plan(address, {"provider": "stack_overflow", "kind": "503", "path": "synonyms"})
    assert requests.get(address + TAGS, timeout=300).status_code == 200
    synonyms = address + TAGS.replace("/tags", "/tags/synonyms")
    assert requests.get(synonyms, timeout=300).status_code == 503


def test_throttling_comes_with_and_without_a_hint(address: str) -> None:
    plan(
        address,
        {"provider": "arbeitnow", "kind": "429"},
        {"provider": "arbeitnow", "kind": "429_without_hint"},
    )
    first, second = (requests.get(address + BOARD, timeout=300) for _ in range(2))
    assert (first.status_code, first.headers.get("Retry-After")) == (429, "1")
    assert (second.status_code, second.headers.get("Retry-After")) == (429, None)


@pytest.mark.parametrize(
    ("kind", "words"), [("throttled", "in 2 seconds"), ("quota_gone", "in 17524 seconds")]
)
def test_stack_overflow_throttles_with_status_400(address: str, kind: str, words: str) -> None:
    plan(address, {"provider": "stack_overflow", "kind": kind})
    answer = requests.get(address + TAGS, timeout=300)
    assert answer.status_code == 400
    assert answer.json()["error_id"] == 502
    assert answer.json()["error_name"] == "throttle_violation"
    assert words in answer.json()["error_message"]


def test_a_cut_answer_breaks_off_in_transit(address: str) -> None:
    plan(address, {"provider": "arbeitnow", "kind": "cut"})
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        requests.get(address + BOARD, timeout=300)


@pytest.mark.parametrize(("provider", "path"), [("arbeitnow", BOARD), ("stack_overflow", TAGS)])
def test_a_malformed_answer_is_whole_but_not_json(address: str, provider: str, path: str) -> None:
    plan(address, {"provider": provider, "kind": "malformed"})
    answer = requests.get(address + path, timeout=300)
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_changed_fields_lose_one_and_gain_one(address: str) -> None:
    usual = requests.get(address + TAGS, timeout=300).json()["items"][0]
    plan(address, {"provider": "stack_overflow", "kind": "changed_fields"})
    changed = requests.get(address + TAGS, timeout=300).json()["items"][0]
    assert changed.keys() - usual.keys() == {"unannounced"}
    assert usual.keys() - changed.keys() == {"last_activity_date"}


def test_a_login_page_comes_with_status_200(address: str) -> None:
    plan(address, {"provider": "crunchbase", "kind": "html_login"})
    answer = requests.post(f"{address}/crunchbase/v4/data/searches/organizations", json={}, timeout=300)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_a_duplicate_page_repeats_the_one_before(address: str) -> None:
    plan(address, {"provider": "stack_overflow", "kind": "duplicate_page", "after": 1})
    pages = [
        requests.get(f"{address}{TAGS}&page={number}", timeout=300).json()["items"] for number in (1, 2, 3)
    ]
    assert pages[0] == pages[1] != pages[2]


def test_an_empty_page_has_the_providers_shape(address: str) -> None:
    plan(
        address,
        {"provider": "stack_overflow", "kind": "empty_page"},
        {"provider": "usajobs", "kind": "empty_page", "path": "HistoricJoa"},
    )
    tags = requests.get(address + TAGS, timeout=300).json()
    assert (tags["items"], tags["has_more"]) == ([], False)
    assert requests.get(f"{address}/usajobs/api/HistoricJoa", timeout=300).text == "204 No Content"


def test_a_slow_answer_takes_as_long_as_told(address: str) -> None:
    plan(address, {"provider": "arbeitnow", "kind": "slow", "seconds": 0.4})
    started = time.monotonic()
    assert requests.get(address + BOARD, timeout=300).status_code == 200
    assert time.monotonic() - started >= 0.4


def test_requests_and_faults_are_counted(address: str) -> None:
    before = requests.get(f"{address}/counters", timeout=300).json()
    plan(address, {"provider": "usajobs", "kind": "503"})
    requests.get(f"{address}/usajobs/api/HistoricJoa", timeout=300)
    requests.get(f"{address}/usajobs/api/Search", timeout=300)
    after = requests.get(f"{address}/counters", timeout=300).json()

    def counted(counters: dict[str, Any], status: str) -> int:
        return int(counters["requests"].get("usajobs", {}).get(status, 0))

    assert counted(after, "503") == counted(before, "503") + 1
    assert counted(after, "401") == counted(before, "401") + 1
    assert after["faults"]["503"] == before["faults"].get("503", 0) + 1


def test_an_unknown_fault_is_refused(address: str) -> None:
    answer = requests.post(f"{address}/faults", json=[{"provider": "arbeitnow", "kind": "sulk"}], timeout=300)
    assert answer.status_code == 422


def test_faults_are_played_in_the_order_in_which_they_were_planned() -> None:
    book = FaultBook()
    book.planned = [Fault(provider="usajobs", kind="500"), Fault(provider="usajobs", kind="503", times=2)]
    played = [book.take("usajobs", "/usajobs/api/Search") for _ in range(4)]
    assert [fault.kind if fault else None for fault in played] == ["500", "503", "503", None]


def test_the_sandbox_tells_its_health_and_its_truth(address: str) -> None:
    health = requests.get(f"{address}/health", timeout=300).json()
    assert (health["status"], health["size"], health["seed"]) == ("ok", "tiny", 7)
    truth = requests.get(f"{address}/truth", timeout=300).json()
    assert truth["interview"]["accuracy"] > truth["interview"]["base_rate_accuracy"]
