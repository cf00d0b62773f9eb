"""Ashby as the sandbox plays it: whole boards, shapes as recorded, pay by tiers, unlisted jobs, 404."""

from typing import Any

from fastapi.testclient import TestClient
from sandbox_shapes import differences, recorded

from cvplus.runtime.environment import sandbox_sources

BOARDS = "/ashby/posting-api/job-board"
CHOSEN = sandbox_sources()["ashby"].extra["boards"]


def all_jobs(client: TestClient, **asked: str) -> list[dict[str, Any]]:
    """The jobs of all boards that the sandbox's connection lists."""
    found = []
    for board in CHOSEN:
        answer = client.get(f"{BOARDS}/{board}", params=asked)
        assert answer.status_code == 200, board
        assert answer.json()["apiVersion"] == "1"
        found += answer.json()["jobs"]
    return found


def test_jobs_have_the_shape_of_recorded_ones(sandbox_client: TestClient) -> None:
    real = recorded("ashby", "job_board.json.gz")["jobs"]
    assert differences(all_jobs(sandbox_client), real) == []


def test_pay_has_the_shape_of_recorded_ones(sandbox_client: TestClient) -> None:
    real = recorded("ashby", "ashby.blurred.json")["jobs"]
    ours = [job["compensation"] for job in all_jobs(sandbox_client, includeCompensation="true")]
    told = [pay for pay in ours if pay["compensationTiers"]]
    assert told
    assert differences(told, [job["compensation"] for job in real if "compensation" in job]) == []


def test_pay_is_said_only_to_who_asks(sandbox_client: TestClient) -> None:
    assert all("compensation" not in job for job in all_jobs(sandbox_client))


def test_a_hybrid_job_can_call_itself_remote(sandbox_client: TestClient) -> None:
    for job in all_jobs(sandbox_client):
        assert job["isRemote"] == (job["workplaceType"] in ("Remote", "Hybrid"))


def test_an_unknown_board_has_the_recorded_error(sandbox_client: TestClient) -> None:
    for board in ("nobody", "amazon-com-inc"):
        answer = sandbox_client.get(f"{BOARDS}/{board}")
        assert answer.status_code == 404
        assert answer.json() == recorded("ashby", "shape_and_errors.synthetic_text.json")["dead.json"]


def test_a_board_that_has_not_changed_is_not_sent_again(sandbox_client: TestClient) -> None:
    first = sandbox_client.get(f"{BOARDS}/{CHOSEN[0]}")
    again = sandbox_client.get(f"{BOARDS}/{CHOSEN[0]}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
