"""AngelList as the sandbox plays it: a token in the query, numbered pages, hidden start-ups, odd pay."""

import json
from typing import Any

import pytest
from conftest import RECORDED
from fastapi.testclient import TestClient
from sandbox_shapes import differences

JOBS = "/angellist/1/jobs"
TOKEN = {"access_token": "sandbox-key"}


def all_jobs(client: TestClient) -> list[dict[str, Any]]:
    """The jobs of all pages."""
    found, page, last = [], 0, 1
    while page < last:
        page += 1
        body = client.get(JOBS, params=TOKEN | {"page": page}).json()
        assert (body["page"], body["per_page"]) == (page, 50)
        last = body["last_page"]
        found += body["jobs"]
    assert len(found) == body["total"]
    return found


def test_pages_hold_every_job_once_with_numbers_as_ids(sandbox_client: TestClient) -> None:
    ids = [job["id"] for job in all_jobs(sandbox_client)]
    assert len(set(ids)) == len(ids) > 3
    assert all(isinstance(number, int) for number in ids)


def test_jobs_are_as_the_contract_shows_them(sandbox_client: TestClient) -> None:
    shown = json.loads((RECORDED / "angellist" / "happy.json").read_text())["exchanges"][0]["body"]["jobs"]
    ours = all_jobs(sandbox_client)
    beside = ["equity_min", "equity_max", "salary_min", "salary_max"]
    assert differences([job for job in ours if not job["startup"]["hidden"]], shown[:1], beside=beside) == []
    for job in ours:
        assert {tag["tag_type"] for tag in job["tags"]} == {"SkillTag", "LocationTag", "RoleTag"}
        assert job["equity_min"] is None or float(job["equity_min"]) >= 0


def test_a_start_up_is_told_alike_by_itself_and_with_its_job(sandbox_client: TestClient) -> None:
    numbers = {job["startup"]["id"]: job["startup"] for job in all_jobs(sandbox_client)}
    told = [
        sandbox_client.get(f"/angellist/1/startups/{number}", params=TOKEN)
        for number, startup in numbers.items()
        if not startup["hidden"]
    ]
    assert any(answer.status_code == 200 for answer in told)
    for answer in told:
        assert answer.status_code == 404 or answer.json() == numbers[answer.json()["id"]]


@pytest.mark.parametrize("token", [{}, {"access_token": "guess"}])
def test_without_the_token_nothing_is_told(sandbox_client: TestClient, token: dict[str, str]) -> None:
    answer = sandbox_client.get(JOBS, params=token)
    assert (answer.status_code, answer.json()["error"]) == (401, "access_denied")


def test_the_hour_has_a_hundred_calls(sandbox_client: TestClient) -> None:
    sandbox_client.post("/clock", json={"seconds": 3_601})
    answers = [sandbox_client.get(JOBS, params=TOKEN) for _ in range(101)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [403]
    assert answers[-1].json()["error"] == "over_limit"
    sandbox_client.post("/clock", json={"seconds": 3_601})
