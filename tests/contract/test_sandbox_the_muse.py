"""The Muse as the sandbox plays it: pages of twenty, filters, the optional key, the limit that says 403."""

from typing import Any

import pytest
from contract_answers import contract_answer
from fastapi.testclient import TestClient
from sandbox_shapes import differences

PUBLIC = "/the_muse/api/public"


@pytest.fixture
def client(sandbox_client: TestClient) -> TestClient:
    """The client an hour later, so that the whole quota is there again."""
    sandbox_client.post("/clock", json={"seconds": 3_601})
    return sandbox_client


def page(client: TestClient, path: str = "jobs", **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{PUBLIC}/{path}", params={"page": 0} | asked).json()
    return found


@pytest.mark.parametrize(("path", "case"), [("jobs", "happy"), ("companies", "companies")])
def test_a_page_has_the_shape_of_the_contract_s_example(client: TestClient, path: str, case: str) -> None:
    assert (
        differences([page(client, path)], [contract_answer("the_muse", case)], beside=["results[].tags"])
        == []
    )


def test_pages_hold_every_company_once(client: TestClient) -> None:
    first = page(client, "companies")
    pages = [page(client, "companies", page=number)["results"] for number in range(first["page_count"] + 1)]
    ids = [company["id"] for found in pages for company in found]
    assert len(set(ids)) == len(ids) == first["total"] > first["items_per_page"] == 20
    assert pages[-1] == []


def test_descending_is_newest_first(client: TestClient) -> None:
    dates = [job["publication_date"] for job in page(client, descending="true")["results"]]
    assert dates == sorted(dates, reverse=True) != sorted(dates)


def test_a_filter_is_followed_and_an_unknown_one_passed_over(client: TestClient) -> None:
    whole = page(client)
    category = whole["results"][0]["categories"][0]["name"]
    found = page(client, category=category)
    assert 0 < found["total"] < whole["total"]
    assert {job["categories"][0]["name"] for job in found["results"]} == {category}
    assert page(client, category="Underwater Basketry")["total"] == whole["total"]


def test_the_hundredth_page_is_a_bad_request(client: TestClient) -> None:
    assert client.get(f"{PUBLIC}/jobs", params={"page": 99}).status_code == 200
    answer = client.get(f"{PUBLIC}/jobs", params={"page": 100})
    assert (answer.status_code, answer.json()["code"]) == (400, 400)


def test_one_job_is_that_of_the_list_and_its_company_has_a_profile(client: TestClient) -> None:
    job = page(client)["results"][0]
    assert client.get(f"{PUBLIC}/jobs/{job['id']}").json() == job
    assert client.get(f"{PUBLIC}/jobs/1").status_code == 404


def test_a_wrong_key_is_refused_and_none_is_fine(client: TestClient) -> None:
    refused = client.get(f"{PUBLIC}/jobs", params={"page": 0, "api_key": "wrong"})
    assert refused.status_code == 403
    assert int(refused.headers["X-RateLimit-Remaining"]) > 0
    assert client.get(f"{PUBLIC}/jobs", params={"page": 0, "api_key": "sandbox-key"}).status_code == 200


def test_a_spent_hour_is_a_403_that_says_for_how_long(client: TestClient) -> None:
    answers = [client.get(f"{PUBLIC}/jobs", params={"page": 99}) for _ in range(501)]
    assert [answer.status_code for answer in answers] == [200] * 500 + [403]
    told = answers[-1].headers
    with_key = client.get(f"{PUBLIC}/jobs", params={"page": 99, "api_key": "sandbox-key"})
    assert (with_key.status_code, with_key.headers["X-RateLimit-Limit"]) == (200, "3600")
    assert told["X-RateLimit-Remaining"] == "0"
    assert 3_500 < int(told["X-RateLimit-Reset"]) <= 3_600
