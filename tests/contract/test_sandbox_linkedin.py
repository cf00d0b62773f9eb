"""LinkedIn's Job Library as the sandbox plays it: Rest.li queries, offsets, errors, a quota told in words."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import RECORDED
from fastapi.testclient import TestClient
from sandbox_shapes import differences

LIBRARY = "/linkedin/rest/jobLibrary"
HEADERS = {"Authorization": "Bearer sandbox-key", "LinkedIn-Version": "202608"}
QUESTION = "q=criteria&keyword=experience&countries=List(urn%3Ali%3Acountry%3Aus)"


@pytest.fixture(autouse=True)
def _another_day(sandbox_client: TestClient) -> None:
    sandbox_client.post("/clock", json={"seconds": 86_401})


def ask(client: TestClient, question: str, **headers: str) -> Any:
    """The answer to a question that is written as it goes over the wire."""
    return client.get(f"{LIBRARY}?{question}", headers=HEADERS | headers)


def elements(client: TestClient, question: str = QUESTION, count: int = 24) -> Iterator[dict[str, Any]]:
    """All postings, page by page, until a page is empty."""
    for start in range(0, 10_000, count):
        body = ask(client, f"{question}&start={start}&count={count}").json()
        yield from body["elements"]
        has_next = any(link["rel"] == "next" for link in body["paging"]["links"])
        assert has_next == (start + count < body["paging"]["total"])
        if not body["elements"]:
            return


def test_offsets_lead_to_every_posting_once(sandbox_client: TestClient) -> None:
    found = list(elements(sandbox_client))
    assert len({one["jobPostingUrl"] for one in found}) == len(found) > 24
    assert list(elements(sandbox_client, count=7)) == found


def test_postings_are_as_the_contract_shows_them(sandbox_client: TestClient) -> None:
    example = json.loads((RECORDED / "linkedin" / "happy.json").read_text())
    shown = example["exchanges"][0]["body"]["elements"]
    ours = list(elements(sandbox_client))
    beside = ["jobDetails.jobClosedTimeInMilliseconds", "jobDetails.jobTargeting[].includedSegments"]
    assert differences(ours, shown, beside=beside, without=["jobDetails.jobSalaryRange"]) == []
    pay = [one["jobDetails"]["jobSalaryRange"] for one in ours if "jobSalaryRange" in one["jobDetails"]]
    assert all(isinstance(value, str) for one in pay for value in one.values())


def test_days_and_countries_and_words_narrow_what_is_found(sandbox_client: TestClient) -> None:
    everything = list(elements(sandbox_client))
    september = "dateRange=(start:(day:1,month:9,year:2026),end:(day:30,month:9,year:2026))"
    moments = [
        one["jobDetails"]["jobListTimeInMilliseconds"]
        for one in elements(sandbox_client, f"{QUESTION}&{september}")
    ]
    assert 0 < len(moments) < len(everything)
    assert all(1_788_220_800_000 <= moment < 1_790_812_800_000 for moment in moments)
    assert not list(elements(sandbox_client, QUESTION.replace("experience", "experience%20zzz")))
    assert not list(elements(sandbox_client, QUESTION.replace("%3Aus", "%3Aaq")))


@pytest.mark.parametrize(
    ("question", "headers", "status"),
    [
        (QUESTION, {"Authorization": "Bearer guess"}, 401),
        (QUESTION, {"LinkedIn-Version": ""}, 426),
        (QUESTION.replace("%3A", ":"), {}, 400),
        (QUESTION.replace("(", "%28").replace(")", "%29"), {}, 400),
        ("q=criteria", {}, 500),
        (f"{QUESTION}&count=25", {}, 400),
    ],
)
def test_each_wrong_question_is_refused_in_its_way(
    sandbox_client: TestClient, question: str, headers: dict[str, str], status: int
) -> None:
    answer = ask(sandbox_client, question, **headers)
    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_a_spent_day_is_told_in_words_alone(sandbox_client: TestClient) -> None:
    sandbox_client.post("/faults", json=[{"provider": "linkedin", "kind": "quota_gone"}])
    answer = ask(sandbox_client, QUESTION)
    assert answer.status_code == 429
    assert "DAY limit" in answer.json()["message"]
    assert "retry-after" not in answer.headers
