"""Indeed as the sandbox plays it: Hiring Lab's files, and a search whose errors have status 200."""

import csv
import io
import json
from typing import Any

import pytest
from conftest import RECORDED
from fastapi.testclient import TestClient
from sandbox_shapes import differences

FILES = "/indeed/hiring-lab"
INDEX = FILES + "/job_postings_tracker/HEAD/{0}/aggregate_job_postings_{0}.csv"
WAGES = f"{FILES}/indeed-wage-tracker/HEAD/posted-wage-growth-by-country.csv"
KEY = {"indeed-api-key": "sandbox-key"}


def rows_of(client: TestClient, path: str) -> list[dict[str, str]]:
    """The rows of a file."""
    answer = client.get(path)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def header_of(case: str) -> list[str]:
    """The header of a file as recorded in the world."""
    recording = json.loads((RECORDED / "indeed" / f"{case}.json").read_text())
    text: str = recording["exchanges"][0]["text"]
    return text.partition("\n")[0].split(",")


def search(client: TestClient, **variables: Any) -> Any:
    """The answer to a search."""
    return client.post(
        "/indeed/apis/graphql", headers=KEY, json={"query": "…", "variables": variables}
    ).json()


def test_the_files_have_the_columns_of_the_real_ones(sandbox_client: TestClient) -> None:
    assert list(rows_of(sandbox_client, INDEX.format("US"))[0]) == header_of("happy")
    assert list(rows_of(sandbox_client, WAGES)[0]) == header_of("wages")


def test_an_index_begins_at_a_hundred_and_has_every_day_of_both_kinds(sandbox_client: TestClient) -> None:
    rows = rows_of(sandbox_client, INDEX.format("US"))
    for kind in ("total postings", "new postings"):
        days = [row for row in rows if row["variable"] == kind]
        assert len({row["date"] for row in days}) == len(days) == 180
        assert float(days[0]["indeed_job_postings_index_NSA"]) == 100
    assert len({row["indeed_job_postings_index_NSA"] for row in rows}) > 5


def test_months_read_as_hiring_lab_writes_them_and_means_come_late(sandbox_client: TestClient) -> None:
    rows = [row for row in rows_of(sandbox_client, WAGES) if row["jobcountry"] == "US"]
    assert rows[0]["month"] == "May-26"
    assert [row["posted_wage_growth_yoy_3moavg"] == "NA" for row in rows[:3]] == [True, True, False]


def test_an_unchanged_file_is_not_sent_again(sandbox_client: TestClient) -> None:
    first = sandbox_client.get(WAGES)
    again = sandbox_client.get(WAGES, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_country_without_a_file_is_not_found(sandbox_client: TestClient) -> None:
    assert sandbox_client.get(INDEX.format("ZZ")).status_code == 404


def test_cursors_lead_to_every_job_once_and_end_with_none(sandbox_client: TestClient) -> None:
    keys, cursor = [], None
    while True:
        found = search(sandbox_client, limit=7, cursor=cursor)["data"]["jobSearch"]
        keys += [one["job"]["key"] for one in found["results"]]
        cursor = found["pageInfo"]["nextCursor"]
        if cursor is None:
            break
    whole = search(sandbox_client, limit=100)["data"]["jobSearch"]["results"]
    assert len(set(keys)) == len(keys) > 7
    assert keys[:100] == [one["job"]["key"] for one in whole]


def test_jobs_are_as_the_contract_shows_them(sandbox_client: TestClient) -> None:
    recording = json.loads((RECORDED / "indeed" / "search.json").read_text())
    shown = [
        one for exchange in recording["exchanges"] for one in exchange["body"]["data"]["jobSearch"]["results"]
    ]
    ours = search(sandbox_client, limit=100)["data"]["jobSearch"]["results"]
    asked_for = {"key", "title", "datePublished", "dateOnIndeed", "description", "location", "compensation"}
    assert {name for one in ours for name in one["job"]} == asked_for | {"attributes", "employer"}
    assert {name for one in ours for name in one["job"]} <= shown[0]["job"].keys()
    wrong = differences(
        [one["job"]["location"] for one in ours],
        [one["job"]["location"] for one in shown],
        without=["countryName", "postalCode", "streetAddress", "formatted.short"],
    )
    assert wrong == []
    stated = [one["job"]["compensation"]["baseSalary"] for one in ours]
    guessed = [one["job"]["compensation"]["estimated"] for one in ours]
    assert any(stated)
    assert not any(pay and guess for pay, guess in zip(stated, guessed, strict=True))


def test_words_places_and_hours_narrow_what_is_found(sandbox_client: TestClient) -> None:
    whole = search(sandbox_client, limit=100)["data"]["jobSearch"]["results"]
    title = whole[0]["job"]["title"]
    named = search(sandbox_client, limit=100, what=title)["data"]["jobSearch"]["results"]
    assert title in {one["job"]["title"] for one in named}
    assert len(named) < len(whole)
    british = search(sandbox_client, limit=100, location={"where": "United Kingdom"})["data"]["jobSearch"]
    assert {one["job"]["location"]["countryCode"] for one in british["results"]} == {"GB"}
    recent = search(sandbox_client, limit=100, filters={"date": {"field": "dateOnIndeed", "start": "240h"}})
    assert 0 < len(recent["data"]["jobSearch"]["results"]) < len(whole)


@pytest.mark.parametrize(
    ("headers", "variables", "code"),
    [
        ({}, {}, "FORBIDDEN"),
        ({"indeed-api-key": "guess"}, {}, "FORBIDDEN"),
        (KEY, {"limit": 101}, "BAD_USER_INPUT"),
    ],
)
def test_errors_have_status_200(
    sandbox_client: TestClient, headers: dict[str, str], variables: dict[str, Any], code: str
) -> None:
    answer = sandbox_client.post("/indeed/apis/graphql", headers=headers, json={"variables": variables})
    assert answer.status_code == 200
    assert answer.json()["data"] is None
    assert answer.json()["errors"][0]["extensions"]["code"] == code
