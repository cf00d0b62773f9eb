"""Remotive as the sandbox plays it: one answer, shapes as recorded, filters, and the block."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sandbox_shapes import differences, recorded

JOBS = "/remotive/api/remote-jobs"


@pytest.fixture
def client(sandbox_client: TestClient) -> TestClient:
    """The client a minute later, so that it may ask twice again."""
    sandbox_client.post("/clock", json={"seconds": 61})
    return sandbox_client


def answer(client: TestClient, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get(JOBS, params=asked).json()
    return found


def test_the_answer_has_the_shape_of_a_recorded_one(client: TestClient) -> None:
    real = recorded("remotive", "remotive.blurred.json")
    assert differences([answer(client)], [real]) == []


def test_counts_are_those_of_the_jobs(client: TestClient) -> None:
    whole, cut = answer(client), answer(client, limit=1)
    assert whole["job-count"] == whole["total-job-count"] == len(whole["jobs"]) > 1
    assert (cut["job-count"], cut["total-job-count"]) == (1, len(whole["jobs"]))


def test_pay_is_text_and_times_have_no_zone(client: TestClient) -> None:
    jobs = answer(client)["jobs"]
    assert {bool(job["salary"]) for job in jobs} == {True, False}
    assert all(len(job["publication_date"]) == len("2026-11-20T10:23:26") for job in jobs)


def test_an_unknown_category_is_empty_and_a_known_one_is_not(client: TestClient) -> None:
    category = answer(client)["jobs"][0]["category"]
    assert answer(client, category="no such thing")["jobs"] == []
    client.post("/clock", json={"seconds": 61})
    found = answer(client, category=category)["jobs"]
    assert found
    assert {job["category"] for job in found} == {category}


def test_a_third_call_within_a_minute_is_blocked_with_a_page(client: TestClient) -> None:
    assert [client.get(JOBS).status_code for _ in range(3)] == [200, 200, 403]
    assert client.get(JOBS).headers["Content-Type"].startswith("text/html")
    client.post("/clock", json={"seconds": 61})
    assert client.get(JOBS).status_code == 200
