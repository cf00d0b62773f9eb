"""Built In as the sandbox plays it: a token, cursors to the end, pay as text, what changed since when."""

import json
from typing import Any

import pytest
from conftest import RECORDED
from fastapi.testclient import TestClient
from sandbox_shapes import differences

BASE = "/built_in/v1"
TOKEN = {"Authorization": "Bearer sandbox-key"}


@pytest.fixture(autouse=True)
def _another_minute(sandbox_client: TestClient) -> None:
    sandbox_client.post("/clock", json={"seconds": 61})


def everything(client: TestClient, what: str, **asked: Any) -> list[dict[str, Any]]:
    """All records, cursor by cursor."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        body = client.get(f"{BASE}/{what}", params=asked | cursor, headers=TOKEN).json()
        found += body["data"]
        if body["nextCursor"] is None:
            return found
        cursor = {"cursor": body["nextCursor"]}


def shown(case: str) -> list[dict[str, Any]]:
    """The records of a recording, which are the contract's."""
    recording = json.loads((RECORDED / "built_in" / f"{case}.json").read_text())
    return [record for exchange in recording["exchanges"] for record in exchange["body"]["data"]]


@pytest.mark.parametrize("what", ["jobs", "companies"])
def test_cursors_lead_to_every_record_once(sandbox_client: TestClient, what: str) -> None:
    found = everything(sandbox_client, what)
    assert len({record["id"] for record in found}) == len(found) > 10
    assert everything(sandbox_client, what, limit=9) == found


def test_jobs_are_as_the_contract_shows_them(sandbox_client: TestClient) -> None:
    ours = everything(sandbox_client, "jobs")
    beside = ["salaryText", "salaryMin", "salaryMax", "salaryCurrency", "salaryPeriod", "closedAt"]
    assert differences(ours, shown("happy"), beside=beside) == []
    assert {job["workType"] for job in ours} >= {"In-Office", "Remote or Hybrid"}
    assert any(job["salaryText"] and job["salaryMin"] is None for job in ours)
    assert any(job["closedAt"] for job in ours)
    assert any(job["closedAt"] is None for job in ours)


def test_companies_are_as_the_contract_shows_them(sandbox_client: TestClient) -> None:
    ours = everything(sandbox_client, "companies")
    assert differences(ours, shown("companies"), beside=["totalEmployees"]) == []


@pytest.mark.parametrize("what", ["jobs", "companies"])
def test_what_changed_since_an_instant_can_be_asked_for_alone(sandbox_client: TestClient, what: str) -> None:
    whole = everything(sandbox_client, what)
    since = sorted(record["updatedAt"] for record in whole)[len(whole) // 2]
    recent = everything(sandbox_client, what, updatedAfter=since)
    assert {record["id"] for record in recent} == {one["id"] for one in whole if one["updatedAt"] >= since}
    assert 0 < len(recent) < len(whole)


@pytest.mark.parametrize(
    ("headers", "asked", "status"),
    [
        ({}, {}, 401),
        ({"Authorization": "Bearer guess"}, {}, 401),
        (TOKEN, {"cursor": "x"}, 400),
        (TOKEN, {"limit": 201}, 400),
    ],
)
def test_what_cannot_be_answered_has_a_code(
    sandbox_client: TestClient, headers: dict[str, str], asked: dict[str, Any], status: int
) -> None:
    answer = sandbox_client.get(f"{BASE}/jobs", params=asked, headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"].keys() == {"code", "message", "requestId"}


def test_the_minute_has_sixty_requests_and_the_headers_say_so(sandbox_client: TestClient) -> None:
    answers = [sandbox_client.get(f"{BASE}/companies?limit=1", headers=TOKEN) for _ in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert answers[0].headers["RateLimit-Remaining"] == "59"
    assert int(answers[-1].headers["Retry-After"]) <= 61
