"""Greenhouse as the sandbox plays it: whole boards, shapes as recorded, pay in cents, 404, and 304."""

from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sandbox_shapes import differences, recorded, unreached

from cvplus.runtime.environment import sandbox_sources

BOARDS = "/greenhouse/v1/boards"
WHOLE = {"content": "true", "pay_transparency": "true"}
CHOSEN = sandbox_sources()["greenhouse"].extra["boards"]


def all_jobs(client: TestClient, **asked: str) -> list[dict[str, Any]]:
    """The jobs of all boards that the sandbox's connection lists."""
    found = []
    for board in CHOSEN:
        answer = client.get(f"{BOARDS}/{board}/jobs", params=asked)
        assert answer.status_code == 200, board
        assert answer.json()["meta"]["total"] == len(answer.json()["jobs"])
        found += answer.json()["jobs"]
    return found


def test_jobs_have_the_shape_of_recorded_ones(sandbox_client: TestClient) -> None:
    real = recorded("greenhouse", "boards_jobs_content_true.gitlab.json")["jobs"]
    ours = all_jobs(sandbox_client, content="true")
    assert differences(ours, real) == []
    assert unreached(ours, real) == set()


def test_pay_has_the_shape_of_a_recorded_one_and_is_in_cents(sandbox_client: TestClient) -> None:
    real = recorded("greenhouse", "shape_and_errors.synthetic_text.json")["normal.json"]["jobs"]
    ours = [job["pay_input_ranges"] for job in all_jobs(sandbox_client, **WHOLE)]
    assert differences(ours, [job["pay_input_ranges"] for job in real]) == []
    told = [pay for ranges in ours for pay in ranges]
    assert told
    assert all(1_000_000 < pay["min_cents"] < pay["max_cents"] for pay in told)


def test_without_being_asked_for_text_and_pay_stay_away(sandbox_client: TestClient) -> None:
    for job in all_jobs(sandbox_client):
        assert not {"content", "departments", "offices", "pay_input_ranges"} & job.keys()


def test_a_text_is_html_escaped_once(sandbox_client: TestClient) -> None:
    for job in all_jobs(sandbox_client, content="true"):
        assert "<" not in job["content"]
        assert unescape(job["content"]).startswith("<p>")


def test_one_job_is_the_one_of_the_board(sandbox_client: TestClient) -> None:
    job = all_jobs(sandbox_client, **WHOLE)[0]
    board = job["absolute_url"].split("/")[3]
    alone = sandbox_client.get(f"{BOARDS}/{board}/jobs/{job['id']}", params=WHOLE)
    assert alone.json() == job


@pytest.mark.parametrize("path", ["nobody/jobs", "amazon-com-inc/jobs", f"{CHOSEN[0]}/jobs/1", "nobody"])
def test_what_is_not_there_has_the_recorded_error(sandbox_client: TestClient, path: str) -> None:
    answer = sandbox_client.get(f"{BOARDS}/{path}")
    assert answer.status_code == 404
    assert answer.json() == recorded("greenhouse", "shape_and_errors.synthetic_text.json")["dead_404.json"]


def test_a_board_that_has_not_changed_is_not_sent_again(sandbox_client: TestClient) -> None:
    first = sandbox_client.get(f"{BOARDS}/{CHOSEN[0]}/jobs")
    again = sandbox_client.get(f"{BOARDS}/{CHOSEN[0]}/jobs", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = sandbox_client.get(f"{BOARDS}/{CHOSEN[0]}/jobs", headers={"If-None-Match": '"another"'})
    assert other.json() == first.json()
