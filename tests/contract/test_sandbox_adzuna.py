"""Adzuna as the sandbox plays it: keys in the query, pages in the path, guessed pay, limits, errors."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

KEYS: dict[str, str | int] = {"app_id": "sandbox@example.org", "app_key": "sandbox-key"}
COUNTRIES = ("us", "gb", "de", "fr", "nl", "au", "ca", "es", "in", "ch")


@pytest.fixture(autouse=True)
def _another_day(sandbox_client: TestClient) -> None:
    sandbox_client.post("/clock", json={"seconds": 2_592_001})


def search(client: TestClient, country: str, page: int, **asked: str | int) -> Any:
    """The answer to a search."""
    return client.get(f"/adzuna/v1/api/jobs/{country}/search/{page}", params=KEYS | asked)


def ads_of(client: TestClient, country: str, size: int = 50) -> list[dict[str, Any]]:
    """All ads of a country, page by page, until a page is empty."""
    found: list[dict[str, Any]] = []
    for page in range(1, 100):
        body = search(client, country, page, results_per_page=size, sort_by="date").json()
        if not body["results"]:
            assert len(found) == body["count"]
            return found
        found += body["results"]
    raise AssertionError("no empty page in sight")


def test_pages_hold_every_ad_once_newest_first(sandbox_client: TestClient) -> None:
    paged = ads_of(sandbox_client, "us", 2)
    assert len({ad["id"] for ad in paged}) == len(paged) > 2
    assert [ad["created"] for ad in paged] == sorted((ad["created"] for ad in paged), reverse=True)
    assert paged == ads_of(sandbox_client, "us")


def test_ads_are_as_the_contract_shows_them(sandbox_client: TestClient) -> None:
    ads = [ad for country in COUNTRIES for ad in ads_of(sandbox_client, country)]
    always = {
        "id",
        "adref",
        "title",
        "description",
        "created",
        "redirect_url",
        "company",
        "location",
        "category",
    }
    for ad in ads:
        assert always | {"salary_is_predicted", "contract_time", "contract_type", "__CLASS__"} <= ad.keys()
        assert ad["salary_is_predicted"] in ("0", "1")
        assert len(ad["description"]) <= 200
        assert ad["location"]["area"][0] in {*(code.upper() for code in COUNTRIES), "UK"}
    guessed = [ad for ad in ads if ad["salary_is_predicted"] == "1"]
    assert guessed
    assert all(ad["salary_min"] == ad["salary_max"] for ad in guessed)
    assert any("salary_min" not in ad for ad in ads)
    assert any(ad["title"].startswith("<strong>") for ad in ads)


def test_recent_ads_can_be_asked_for_alone(sandbox_client: TestClient) -> None:
    everything = ads_of(sandbox_client, "us")
    recent = search(sandbox_client, "us", 1, max_days_old=10, results_per_page=50).json()["results"]
    assert {ad["id"] for ad in recent} == {ad["id"] for ad in everything if ad["created"] >= "2026-11-13"}
    assert 0 < len(recent) < len(everything)


@pytest.mark.parametrize("keys", [{}, {"app_id": "sandbox@example.org"}, KEYS | {"app_key": "guess"}])
def test_wrong_keys_are_refused(sandbox_client: TestClient, keys: dict[str, Any]) -> None:
    answer = sandbox_client.get("/adzuna/v1/api/jobs/gb/search/1", params=keys)
    assert answer.status_code == 401
    assert answer.json()["exception"] == "AUTH_FAIL"
    assert answer.json()["display"] == "Authorisation failed"


@pytest.mark.parametrize(
    ("country", "page", "asked", "status"),
    [
        ("xx", 1, {}, 404),
        ("gb", 0, {}, 400),
        ("gb", 1, {"results_per_page": 51}, 400),
        ("gb", 1, {"sort_by": "luck"}, 400),
    ],
)
def test_what_cannot_be_answered_has_an_exception_in_its_body(
    sandbox_client: TestClient, country: str, page: int, asked: dict[str, Any], status: int
) -> None:
    answer = search(sandbox_client, country, page, **asked)
    assert answer.status_code == status
    assert {"exception", "doc", "display"} <= answer.json().keys()


def test_the_26th_call_of_a_minute_is_throttled_and_counted_and_the_next_minute_is_free(
    sandbox_client: TestClient,
) -> None:
    before = sandbox_client.get("/counters").json()["throttled"].get("adzuna", 0)
    statuses = [search(sandbox_client, "gb", 1).status_code for _ in range(26)]
    assert statuses == [200] * 25 + [429]
    assert sandbox_client.get("/counters").json()["throttled"]["adzuna"] == before + 1
    sandbox_client.post("/clock", json={"seconds": 61})
    assert search(sandbox_client, "gb", 1).status_code == 200


def test_limits_can_be_lifted(sandbox_client: TestClient) -> None:
    sandbox_client.post("/quotas", json={"on": False})
    assert {search(sandbox_client, "gb", 1).status_code for _ in range(30)} == {200}
    sandbox_client.post("/quotas", json={"on": True})
    assert search(sandbox_client, "gb", 1).status_code == 429


def test_a_search_finds_titles_that_have_all_its_words(sandbox_client: TestClient) -> None:
    titles = {
        ad["title"].replace("<strong>", "").replace("</strong>", "") for ad in ads_of(sandbox_client, "us")
    }
    title = min(titles)
    found = search(sandbox_client, "us", 1, what=title.lower()).json()["results"]
    assert title in {ad["title"].replace("<strong>", "").replace("</strong>", "") for ad in found}
    assert search(sandbox_client, "us", 1, what=f"{title} zzz").json() | {"results": []} == {
        "__CLASS__": "Adzuna::API::Response::JobSearchResults",
        "count": 0,
        "results": [],
    }
    assert search(sandbox_client, "us", 1, what=title.split()[0][:-1]).json()["count"] == 0, (
        "whole words only"
    )
