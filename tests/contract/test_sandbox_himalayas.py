"""Himalayas as the sandbox plays it: cursors to the end, newest first, the shapes of a recorded answer."""

import json
from typing import Any

import pytest
from conftest import RECORDED
from fastapi.testclient import TestClient
from sandbox_shapes import differences

JOBS = "/himalayas/jobs/api"


@pytest.fixture(autouse=True)
def _another_minute(sandbox_client: TestClient) -> None:
    sandbox_client.post("/clock", json={"seconds": 61})


def answer(client: TestClient, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get(JOBS, params=asked).json()
    return found


def everything(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    """All jobs, cursor by cursor."""
    page = answer(client, **asked)
    found = page["jobs"]
    while page["nextCursor"]:
        page = answer(client, cursor=page["nextCursor"], **asked)
        found += page["jobs"]
    return found


def test_an_answer_has_the_shape_of_a_recorded_one(sandbox_client: TestClient) -> None:
    recording = json.loads((RECORDED / "himalayas" / "happy.json").read_text())
    shown = [exchange["body"] for exchange in recording["exchanges"]]
    assert differences([answer(sandbox_client, limit=9)], shown) == []
    assert differences(everything(sandbox_client), [job for body in shown for job in body["jobs"]]) == []


def test_cursors_lead_to_every_job_once_and_the_newest_comes_first(sandbox_client: TestClient) -> None:
    jobs = everything(sandbox_client, limit=2)
    assert len({job["guid"] for job in jobs}) == len(jobs) == answer(sandbox_client)["totalCount"] > 2
    published = [job["pubDate"] for job in jobs]
    assert published == sorted(published, reverse=True)


def test_more_than_twenty_a_page_are_cut_and_an_offset_still_works(sandbox_client: TestClient) -> None:
    first = answer(sandbox_client, limit=100)
    assert first["limit"] == 20
    assert answer(sandbox_client, offset=5, limit=3)["jobs"] == first["jobs"][5:8]


def test_pay_and_places_are_told_of_some_only(sandbox_client: TestClient) -> None:
    jobs = everything(sandbox_client)
    assert {job["minSalary"] is None for job in jobs} == {True, False}
    assert all((job["minSalary"] is None) == (job["salaryPeriod"] is None) for job in jobs)
    assert {len(job["locationRestrictions"]) for job in jobs} >= {0, 1}


def test_a_cursor_that_was_made_up_is_refused(sandbox_client: TestClient) -> None:
    refused = sandbox_client.get(JOBS, params={"cursor": "x"})
    assert (refused.status_code, refused.json()["ok"]) == (400, False)


def test_the_minute_has_sixty_requests(sandbox_client: TestClient) -> None:
    statuses = [sandbox_client.get(JOBS, params={"limit": 1}).status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]
