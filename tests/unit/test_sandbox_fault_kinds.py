"""The fault matrix: what each further kind does to an answer, over a real connection, and plans in files."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, get_args

import orjson
import pytest
import requests
from fastapi.testclient import TestClient
from pydantic import ValidationError

from sandbox.faults import Fault, FaultBook, FaultPlan, Kind, made_up_answer, read_plan
from sandbox.market import MarketRequest, build
from sandbox.providers import providers
from sandbox.server import create_app, serve, server_of
from sandbox.spoiling import (
    HOSTILE_TEXTS,
    HUGE_TEXT_BYTES,
    Answer,
    a_day_later,
    key_of,
    mixed_up,
    spoilt,
    with_records,
)

TAGS = "/stack_overflow/2.3/tags?site=stackoverflow&pagesize=5"
HISTORY = "/usajobs/api/HistoricJoa?pagesize=10"
BOARD = "/arbeitnow/api/job-board-api"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny market."""
    folder = tmp_path_factory.mktemp("served")
    build(folder, MarketRequest("tiny", 7, 180, date(2026, 11, 23)))
    return folder


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """The address of the served market."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = server_of(create_app(home), port)
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


def answer(address: str, path: str, provider: str, kind: str, **more: Any) -> requests.Response:
    """What a request gets that meets a fault."""
    fault = {"provider": provider, "kind": kind} | more
    requests.post(f"{address}/faults", json=[fault], timeout=300).raise_for_status()
    return requests.get(address + path, timeout=300)


def tags(address: str, kind: str, **more: Any) -> list[dict[str, Any]]:
    """The tags of an answer that meets a fault."""
    found: list[dict[str, Any]] = answer(address, TAGS, "stack_overflow", kind, **more).json()["items"]
    return found


@pytest.fixture(scope="module")
def usual(address: str) -> list[dict[str, Any]]:
    """The tags of a good answer."""
    found: list[dict[str, Any]] = requests.get(address + TAGS, timeout=300).json()["items"]
    return found


def test_a_reset_connection_gives_not_one_byte(address: str) -> None:
    with pytest.raises(requests.ConnectionError, match=r"(?i)reset|without response"):
        answer(address, BOARD, "arbeitnow", "reset")
    assert requests.get(address + BOARD, timeout=300).status_code == 200


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_is_in_the_providers_own_words(address: str, status: int) -> None:
    refused = answer(address, BOARD, "arbeitnow", str(status))
    assert (refused.status_code, list(refused.json())) == (status, ["message"])


def test_a_bad_gateway_has_its_status(address: str) -> None:
    assert answer(address, BOARD, "arbeitnow", "502").status_code == 502


def test_an_error_can_hide_in_a_good_status(address: str) -> None:
    hidden = answer(address, "/adzuna/v1/api/jobs/gb/search/1", "adzuna", "error_in_200")
    assert hidden.status_code == 200
    assert {"exception", "display"} <= hidden.json().keys()


def test_a_wrong_content_type_leaves_the_body(address: str, usual: list[dict[str, Any]]) -> None:
    wrong = answer(address, TAGS, "stack_overflow", "wrong_content_type")
    assert wrong.headers["Content-Type"] == "text/plain"
    assert wrong.json()["items"] == usual


def test_a_wrong_encoding_is_latin_1_under_utf_8(address: str) -> None:
    wrong = answer(address, TAGS, "stack_overflow", "wrong_encoding")
    assert "utf-8" in wrong.headers["Content-Type"]
    with pytest.raises(UnicodeDecodeError):
        wrong.content.decode("utf-8")
    assert "Café" in wrong.content.decode("latin-1")


def test_fields_go_come_and_change(address: str, usual: list[dict[str, Any]]) -> None:
    assert all("count" not in tag for tag in tags(address, "missing_field", field="count"))
    assert all(tag.keys() - usual[0].keys() == {"unannounced"} for tag in tags(address, "new_field"))
    changed = tags(address, "changed_type", field="count")
    assert [tag["count"] for tag in changed] == [str(tag["count"]) for tag in usual]
    assert [tag["name"] for tag in tags(address, "changed_type", field="name")] == [
        {"value": tag["name"]} for tag in usual
    ]


def test_a_null_key_is_in_the_first_record_alone(address: str, usual: list[dict[str, Any]]) -> None:
    found = tags(address, "null_key")
    assert found[0]["name"] is None
    assert found[1:] == usual[1:]


def test_a_huge_record_is_as_big_as_told(address: str, usual: list[dict[str, Any]]) -> None:
    found = tags(address, "huge_record")
    assert len(orjson.dumps(found[0])) > HUGE_TEXT_BYTES - 100
    assert found[1:] == usual[1:]


def test_hostile_texts_arrive_as_they_are(address: str) -> None:
    found = tags(address, "hostile_text", field="name")
    assert tuple(tag["name"] for tag in found) == HOSTILE_TEXTS[:5]
    raw = answer(address, TAGS, "stack_overflow", "hostile_text").text
    assert "\\u0000" in raw
    assert "\\ud83d" in raw


def test_an_empty_page_keeps_the_envelope_where_the_provider_has_no_page_of_its_own(address: str) -> None:
    path = "/greenhouse/v1/boards/marvell-technology-inc/jobs"
    empty = answer(address, path, "greenhouse", "empty_page").json()
    assert (empty["jobs"], list(empty)) == ([], ["jobs", "meta"])


def test_a_skewed_clock_is_a_day_ahead_in_header_and_records(
    address: str, usual: list[dict[str, Any]]
) -> None:
    right = parsedate_to_datetime(requests.get(address + TAGS, timeout=300).headers["Date"])
    skewed = answer(address, TAGS, "stack_overflow", "clock_skew")
    ahead = parsedate_to_datetime(skewed.headers["Date"]) - right
    assert timedelta(hours=23) < ahead < timedelta(hours=25)
    moments = [tag["last_activity_date"] - 86_400 for tag in skewed.json()["items"]]
    assert moments == [tag["last_activity_date"] for tag in usual]
    assert [tag["count"] for tag in skewed.json()["items"]] == [tag["count"] for tag in usual]


def test_days_instants_and_epochs_move_and_nothing_else_does() -> None:
    record = {"on": "2026-02-28", "at": "2026-12-31T23:00:00Z", "created": 1_790_000_000}
    record |= {
        "createdAt": 1_790_000_000_000,
        "id": 1_790_000_000,
        "text": "2026-02-28 was it",
        "is_new": True,
    }
    assert a_day_later(record) == {
        "on": "2026-03-01",
        "at": "2027-01-01T23:00:00Z",
        "created": 1_790_086_400,
        "createdAt": 1_790_086_400_000,
        "id": 1_790_000_000,
        "text": "2026-02-28 was it",
        "is_new": True,
    }


def test_a_list_that_grows_while_paged_shows_a_record_twice_and_loses_none(address: str) -> None:
    first = requests.get(f"{address}{TAGS}&page=1", timeout=300).json()["items"]
    second = requests.get(f"{address}{TAGS}&page=2", timeout=300).json()["items"]
    requests.get(f"{address}{TAGS}&page=1", timeout=300)
    fault = {"provider": "stack_overflow", "kind": "growing"}
    requests.post(f"{address}/faults", json=[fault], timeout=300).raise_for_status()
    grown = requests.get(f"{address}{TAGS}&page=2", timeout=300).json()["items"]
    assert grown == [first[-1], *second[:-1]]


def test_a_looping_cursor_leads_to_the_same_page_again_and_again(address: str) -> None:
    first = requests.get(address + HISTORY, timeout=300).json()
    fault = {"provider": "usajobs", "kind": "looping_cursor", "times": 3}
    requests.post(f"{address}/faults", json=[fault], timeout=300).raise_for_status()
    pages, following = [], first["paging"]["next"]
    for _ in range(3):
        page = requests.get(address + following, timeout=300).json()
        pages.append([row["usajobsControlNumber"] for row in page["data"]])
        following = page["paging"]["next"]
    assert pages[0] == pages[1] == pages[2]
    assert pages[0] != [row["usajobsControlNumber"] for row in first["data"]]
    assert requests.get(address + following, timeout=300).json()["paging"]["next"] != following


def test_every_provider_can_be_told_every_kind(home: Path) -> None:
    create_app(home)
    for name, module in providers().items():
        assert module.BASE.startswith(f"/{name}/") or f"/{name}" == module.BASE
        for kind in get_args(Kind):
            made = made_up_answer(Fault(provider=name, kind=kind), module.BASE)
            if kind in ("500", "502", "503"):
                assert made is not None
                assert made.status_code == int(kind)
            if kind in ("401", "403", "throttled", "quota_gone", "error_in_200"):
                # Not by its status: some providers say it with status 200.
                assert made is not None
                assert made.body


def test_rows_of_a_csv_file_are_spoilt_like_records() -> None:
    page = Answer(200, [(b"content-type", b"text/csv")], b"day,rate\n2026-11-02,7\n2026-11-03,8\n")
    assert spoilt(page, "missing_field", "").body == b"day\r\n2026-11-02\r\n2026-11-03\r\n"
    assert spoilt(page, "null_key", "", "rate").body.splitlines()[1:] == [b"2026-11-02,", b"2026-11-03,8"]
    assert spoilt(page, "clock_skew", "").body.splitlines()[1] == b"2026-11-03,7"
    with pytest.raises(UnicodeDecodeError):
        spoilt(page, "wrong_encoding", "").body.decode()


def test_an_answer_that_is_a_record_itself_is_spoilt_like_one() -> None:
    page = Answer(200, [], b'{"id": 1, "pay": 2}')
    assert orjson.loads(spoilt(page, "missing_field", ".").body) == {"id": 1}
    assert orjson.loads(spoilt(page, "null_key", ".").body) == {"id": None, "pay": 2}


def test_an_answer_without_records_stays_as_it_is() -> None:
    page = Answer(200, [(b"content-type", b"text/plain")], b"(nothing to see here)\n")
    for kind in ("missing_field", "hostile_text", "changed_fields", "clock_skew", "empty_page"):
        assert spoilt(page, kind, "data") == page
    assert mixed_up(page, page, "growing", "data") == page


def test_records_are_found_at_their_path_and_put_back() -> None:
    body = orjson.dumps({"a": {"rows": [{"rowId": 1, "x": 2}]}, "n": 1})
    page = Answer(200, [], body)
    found = orjson.loads(spoilt(page, "null_key", "a.rows").body)
    assert found == {"a": {"rows": [{"rowId": None, "x": 2}]}, "n": 1}
    assert with_records([1, 2], "", [3]) == [3]
    assert [key_of(one) for one in ({"x": 1, "id": 2}, {"a": 1, "jobId": 2}, {"a": 1})] == [
        "id",
        "jobId",
        "a",
    ]


def test_a_share_hits_the_same_requests_every_time() -> None:
    def hits(seed: int) -> list[bool]:
        faults = [Fault(provider="adzuna", kind="500", times=1_000, share=0.3)]
        book = FaultBook(FaultPlan(seed=seed, faults=faults))
        return [book.take("adzuna", "/adzuna/x") is not None for _ in range(400)]

    assert hits(1) == hits(1) != hits(2)
    assert 80 < sum(hits(1)) < 160


def test_a_plan_from_a_file_is_played_from_the_start(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text('seed: 3\nfaults:\n  - {provider: arbeitnow, kind: "503", after: 1, times: 2}\n')
    with TestClient(create_app(home, plan=read_plan(path))) as client:
        assert [client.get(BOARD).status_code for _ in range(4)] == [200, 503, 503, 200]


@pytest.mark.parametrize(
    "text",
    [
        "faults:\n - {provider: nobody, kind: cut}",
        "faults:\n - {provider: arbeitnow, kind: sulk}",
        "seed: 1",
        "faults: [{",
    ],
)
def test_a_wrong_plan_is_refused_with_words(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    monkeypatch.setenv("CVPLUS_SANDBOX_FAULTS", str(path))
    assert serve(home, 1) == 2
    assert capsys.readouterr().err.strip()


def test_a_provider_that_is_not_played_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"nobody is none of: .*adzuna.*usajobs"):
        Fault(provider="nobody", kind="cut")
