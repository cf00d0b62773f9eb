"""USAJOBS and Arbeitnow as the sandbox plays them: access, paging to the end, silent caps, shapes, errors."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.market import MarketRequest, build
from sandbox.server import create_app
from sandbox.store import Store

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real" / "api"
SEARCH = "/usajobs/api/Search"
HISTORIC = "/usajobs/api/HistoricJoa"
USAJOBS_KEY = {"Authorization-Key": "sandbox-key", "User-Agent": "sandbox@example.org"}
SEARCH_CAP = 40


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny market."""
    folder = tmp_path_factory.mktemp("providers")
    build(folder, MarketRequest("tiny", 7, 180, date(2026, 11, 23)))
    return folder


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    """A client of the served market; the search's silent cap is low enough to be met."""
    with TestClient(create_app(home, search_cap=SEARCH_CAP)) as served:
        yield served


def recorded(provider: str, file_name: str) -> Any:
    """A real answer kept for tests; skips where the real data aren't."""
    path = REAL / provider / file_name
    if not path.is_file():
        pytest.skip("the real recordings are not on this machine")
    return json.loads(path.read_text(encoding="utf-8"))


def test_search_asks_for_both_headers(client: TestClient) -> None:
    for missing in USAJOBS_KEY:
        headers = {name: value for name, value in USAJOBS_KEY.items() if name != missing}
        assert client.get(SEARCH, headers=headers).status_code == 401


def test_search_pages_through_what_is_open_and_is_silent_about_its_cap(
    client: TestClient, home: Path
) -> None:
    items, page, pages = [], 1, 1
    while page <= pages:
        body = client.get(SEARCH, params={"Page": page, "ResultsPerPage": 15}, headers=USAJOBS_KEY).json()
        result = body["SearchResult"]
        assert result["SearchResultCount"] == len(result["SearchResultItems"])
        items += result["SearchResultItems"]
        pages = int(result["UserArea"]["NumberOfPages"])
        page += 1
    is_open = Store(home / "providers.sqlite").number(
        "select count(*) from postings where json_extract(facts, '$.closed') >= '2026-11-23'"
    )
    assert result["SearchResultCountAll"] == is_open
    assert len({item["MatchedObjectId"] for item in items}) == len(items) == min(is_open, SEARCH_CAP)


def test_the_search_cap_hides_rows_that_slices_bring_back(
    client: TestClient, home: Path, tmp_path: Path
) -> None:
    with TestClient(create_app(home, search_cap=5)) as capped:

        def found(**asked: str) -> tuple[set[str], int]:
            result = capped.get(SEARCH, params=asked, headers=USAJOBS_KEY).json()["SearchResult"]
            keys = {item["MatchedObjectId"] for item in result["SearchResultItems"]}
            return keys, result["SearchResultCountAll"]

        keys, total = found()
        assert len(keys) == 5 < total
        rows = Store(home / "providers.sqlite").rows(
            "select series, count(*) from postings "
            "where json_extract(facts, '$.closed') >= '2026-11-23' group by 1"
        )
        sliced = {key for series, _ in rows for key in found(JobCategoryCode=series)[0]}
        assert sum(count for _, count in rows) == total
        assert len(sliced) > len(keys)


def test_history_pages_through_its_own_links_until_nothing_is_left(client: TestClient, home: Path) -> None:
    address = f"{HISTORIC}?StartPositionOpenDate=2026-06-01&EndPositionOpenDate=2026-08-31&PageSize=7"
    numbers: list[int] = []
    while address:
        body = client.get(address).json()
        numbers += [row["usajobsControlNumber"] for row in body["data"]]
        assert all("2026-06-01" <= row["positionOpenDate"] <= "2026-08-31" for row in body["data"])
        address = body["paging"].get("next", "")
    assert len(numbers) == len(set(numbers)) == body["paging"]["metadata"]["totalCount"] > 14
    whole = Store(home / "providers.sqlite").number("select count(*) from postings")
    everything = client.get(
        HISTORIC, params={"StartPositionOpenDate": "05-27-2026", "PageSize": 1_000}
    ).json()
    assert len(everything["data"]) == whole == 150


def test_a_continuation_encoded_twice_is_refused(client: TestClient) -> None:
    body = client.get(HISTORIC, params={"PageSize": 3}).json()
    assert "%" in body["paging"]["next"].split("continuationtoken=")[1]
    assert client.get(body["paging"]["next"].replace("%", "%25")).status_code == 400


def test_an_empty_range_of_history_is_plain_text(client: TestClient) -> None:
    asked = {"StartPositionOpenDate": "2019-01-01", "EndPositionOpenDate": "2019-01-02"}
    answer = client.get(HISTORIC, params=asked)
    assert (answer.status_code, answer.text) == (200, "204 No Content")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("wrong", [{"ResultsPerPage": 501}, {"Page": 0}, {"DatePosted": 61}])
def test_search_refuses_bad_values(client: TestClient, wrong: dict[str, int]) -> None:
    assert client.get(SEARCH, params=wrong, headers=USAJOBS_KEY).status_code == 400


def test_pay_is_text_and_its_interval_a_code_or_words(client: TestClient) -> None:
    body = client.get(SEARCH, params={"ResultsPerPage": 500}, headers=USAJOBS_KEY).json()
    for item in body["SearchResult"]["SearchResultItems"]:
        pay = item["MatchedObjectDescriptor"]["PositionRemuneration"][0]
        assert isinstance(pay["MinimumRange"], str)
        assert float(pay["MinimumRange"]) < float(pay["MaximumRange"])
        assert pay["RateIntervalCode"] in ("PA", "PH", "Per Year", "Per Hour")


def test_the_board_is_walked_by_its_links_newest_first(client: TestClient) -> None:
    address, jobs = "/arbeitnow/api/job-board-api?page=1", []
    while address:
        body = client.get(address).json()
        jobs += body["data"]
        address = body["links"]["next"]
    created = [job["created_at"] for job in jobs]
    assert len({job["slug"] for job in jobs}) == len(jobs) == 60
    assert created == sorted(created, reverse=True)


def test_postings_have_the_fields_of_real_ones(client: TestClient) -> None:
    ours = client.get("/arbeitnow/api/job-board-api").json()["data"][0]
    real = recorded("arbeitnow", "job_board_api_page.json")["data"][0]
    assert {name: type(value) for name, value in ours.items()} == {
        name: type(value) for name, value in real.items()
    }
