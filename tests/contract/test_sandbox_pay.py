"""The providers of pay as the sandbox plays them: access, places, batches, tickets, refusals."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

BEARER = {"Authorization": "Bearer sandbox-key"}
WAGE = "/careeronestop/v1/comparesalaries/sandbox@example.org/wage"
GLASSDOOR = {"t.p": "sandbox@example.org", "t.k": "sandbox-key", "format": "json"}
SOFTWARE = {"JobTitle": "Software Developer", "Country": "United States", "City": "Austin", "State": "Texas"}


@pytest.fixture(autouse=True)
def _another_month(sandbox_client: TestClient) -> None:
    sandbox_client.post("/clock", json={"seconds": 2_592_001})


def wages(client: TestClient, code: str, place: str) -> dict[str, Any]:
    """The three lists of wages."""
    answer = client.get(WAGE, params={"keyword": code, "location": place}, headers=BEARER)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()["OccupationDetail"]["Wages"]
    return found


def number(text: str) -> float:
    return float(text.replace(",", ""))


def test_wages_are_texts_of_the_place_and_of_all_that_is_around_it(sandbox_client: TestClient) -> None:
    for code in ("15-1252.00", "13-2011.00"):
        found = wages(sandbox_client, code, "Chicago, IL")
        assert {rate["AreaName"] for rate in found["StateWagesList"]} == {"Illinois"}
        for rates in (found["NationalWagesList"], found["StateWagesList"]):
            by_type = {rate["RateType"]: rate for rate in rates}
            assert by_type.keys() == {"Annual", "Hourly"}
            annual, hourly = number(by_type["Annual"]["Median"]), number(by_type["Hourly"]["Median"])
            assert annual == pytest.approx(hourly * 2080, rel=0.01)
            assert number(by_type["Annual"]["Pct10"]) < annual < number(by_type["Annual"]["Pct90"])
    assert wages(sandbox_client, "15-1252.00", "US")["StateWagesList"] == []


def test_some_areas_have_no_wages_and_some_numbers_have_commas(sandbox_client: TestClient) -> None:
    codes = ("15-1252.00", "13-2011.00", "15-2051.00", "29-1141.00", "13-2072.00", "11-3031.00")
    places = ("Chicago, IL", "Austin, TX", "Seattle, WA", "Boston, MA")
    found = [wages(sandbox_client, code, place) for code in codes for place in places]
    assert {bool(one["BLSAreaWagesList"]) for one in found} == {True, False}
    rates = [rate for one in found for name in ("NationalWagesList", "StateWagesList") for rate in one[name]]
    assert {"," in rate["Median"] for rate in rates if rate["RateType"] == "Annual"} == {True, False}
    assert {one["NationalWagesList"][0]["RateType"] for one in found} == {"Annual", "Hourly"}


@pytest.mark.parametrize(
    ("path", "place", "headers", "status"),
    [
        (WAGE, "Atlantis", BEARER, 404),
        (WAGE, "", BEARER, 400),
        (WAGE, "US", {}, 401),
        (WAGE.replace("sandbox@", "another@"), "US", BEARER, 401),
    ],
)
def test_a_question_about_wages_that_is_refused(
    sandbox_client: TestClient, path: str, place: str, headers: dict[str, str], status: int
) -> None:
    answer = sandbox_client.get(path, params={"keyword": "15-1252.00", "location": place}, headers=headers)
    assert (answer.status_code, list(answer.json())) == (status, ["Message"])


def test_the_file_of_reports_is_in_thousands_and_in_dollars_and_is_sent_once(
    sandbox_client: TestClient,
) -> None:
    answer = sandbox_client.get("/levels_fyi/js/salaryData.json")
    rows = answer.json()
    contract = {"timestamp", "company", "level", "title", "totalyearlycompensation", "location", "tag"}
    contract |= {"yearsofexperience", "yearsatcompany", "basesalary", "stockgrantvalue", "bonus", "gender"}
    contract |= {"otherdetails", "cityid", "dmaid", "rowNumber"}
    assert all(row.keys() == contract for row in rows)
    assert {type(value) for row in rows for value in row.values()} == {str}
    totals = [float(row["totalyearlycompensation"]) for row in rows]
    assert all(10 < total < 5_000 or total > 10_000 for total in totals)
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert sandbox_client.get("/levels_fyi/js/salaryData.json", headers=tag).status_code == 304


def test_benchmarks_stand_on_five_and_page_to_the_end(sandbox_client: TestClient) -> None:
    found, cursor = [], None
    while True:
        asked = {"pageSize": 1, **({"cursor": cursor} if cursor else {})}
        answer = sandbox_client.get("/levels_fyi/v1/benchmarks", params=asked, headers=BEARER)
        assert {"X-RateLimit-Limit", "X-RateLimit-Remaining"} <= {
            name.title().replace("Ratelimit", "RateLimit") for name in answer.headers
        }
        found += answer.json()["data"]
        cursor = answer.json()["page"]["nextCursor"]
        if cursor is None:
            break
    assert len({row["benchmarkId"] for row in found}) == len(found) > 0
    assert all(row["sampleCount"] >= 5 and row["period"] == "year" for row in found)
    newest = max(row["updatedAt"] for row in found)
    late = sandbox_client.get("/levels_fyi/v1/benchmarks", params={"updatedSince": newest}, headers=BEARER)
    assert {row["updatedAt"] for row in late.json()["data"]} == {newest}
    assert sandbox_client.get("/levels_fyi/v1/benchmarks").json()["error"]["code"] == "unauthorized"


def daas(client: TestClient, path: str, body: Any) -> Any:
    """An answer of Salary.com, with a fresh token."""
    key = {"ClientID": "sandbox@example.org", "ClientSecret": "sandbox-key"}
    token = client.get("/salary_com/token", params=key).json()["AccessToken"]["TokenContent"]
    return client.post(
        f"/salary_com/DaaS/{path}", json=body, headers={"Authorization": f"Bearer {token}"}
    ).json()


def test_a_batch_is_joined_by_its_ids_and_its_errors_are_among_the_answers(
    sandbox_client: TestClient,
) -> None:
    scope = {"CountryCode": "USA", "State": "TX", "City": "Austin"}
    good = {"SubRequestID": "a", "JobTitle": "Software Developer", "DataScope": scope}
    bad = {**good, "SubRequestID": "b", "DataScope": {"CountryCode": "USA", "City": "Austin"}}
    answers = {one["SubRequestID"]: one for one in daas(sandbox_client, "batchjobpricing", [good, bad])}
    assert answers["b"] == {"SubRequestID": "b", "Code": -1, "Message": "Location request is incomplete"}
    assert answers["a"]["MatchRating"] == "Confident"
    assert answers["a"]["Salary10"] < answers["a"]["Salary50"] < answers["a"]["Salary90"]
    assert answers["a"]["DataScope_City"] == "Austin"
    assert daas(sandbox_client, "batchjobpricing", [])["Code"] == -1
    assert daas(sandbox_client, "jobpricing", good)["CurrencyCode"] == "USD"
    assert sandbox_client.post("/salary_com/DaaS/jobpricing", json=good).status_code == 401
    assert sandbox_client.get("/salary_com/token", params={"ClientID": "x"}).status_code == 401


def test_a_report_is_ready_at_the_second_look(sandbox_client: TestClient) -> None:
    key = {
        "client_id": "sandbox@example.org",
        "client_secret": "sandbox-key",
        "grant_type": "client_credentials",
    }
    token = sandbox_client.post("/payscale/accounts/connect/token", data=key).json()["access_token"]
    sandbox_client.headers["Authorization"] = f"Bearer {token}"
    body = {"customerId": "sandbox@example.org", "user": "sandbox@example.org", "answers": SOFTWARE}
    ticket = sandbox_client.post("/payscale/jobalyzer/v2/reports", json=body).json()
    link = ticket["Links"]["PayReport"]
    looks = [sandbox_client.get(link) for _ in range(2)]
    refused = {**body, "answers": {**SOFTWARE, "JobTitle": "Zzz"}}
    unknown = sandbox_client.post("/payscale/jobalyzer/v2/reports", json=refused)
    del sandbox_client.headers["Authorization"]
    assert [look.status_code for look in looks] == [202, 200]
    report = looks[1].json()
    assert report["BasePayReport"]["CurrencyName"] == "US Dollar"
    assert report["BasePayReport"]["Count"] <= 45 <= report["TotalProfilesAnalyzed"] + 25
    assert report["LevelUsed"] in ("Metro", "Country")
    assert (unknown.status_code, unknown.json()["Links"]) == (200, None)
    assert unknown.json()["Errors"]
    assert sandbox_client.get(link).status_code == 401


def glassdoor(client: TestClient, base: str = "glassdoor", **asked: Any) -> Any:
    """What is in the wrapping of an answer."""
    body = client.get(f"/{base}/api/api.htm", params=GLASSDOOR | asked).json()
    assert (body["success"], body["status"]) == (True, "OK")
    return body["response"]


def test_employers_page_to_the_end_and_some_are_not_rated(sandbox_client: TestClient) -> None:
    found: list[dict[str, Any]] = []
    page, last = 0, 1
    while page < last:
        page += 1
        answer = glassdoor(sandbox_client, action="employers", v="1", q="", pn=page, ps=50)
        last = answer["totalNumberOfPages"]
        found += answer["employers"]
    assert len({employer["id"] for employer in found}) == len(found) == answer["totalRecordCount"] > 50
    assert all(type(employer["cultureAndValuesRating"]) is str for employer in found)
    unrated = [employer for employer in found if employer["overallRating"] == "0.0"]
    assert all(employer["numberOfRatings"] == 0 for employer in unrated)
    assert glassdoor(sandbox_client, action="employers", v="1", q="no such employer")["employers"] == []


def test_counts_of_cities_add_up_to_those_of_their_states(sandbox_client: TestClient) -> None:
    asked = {"action": "jobs-stats", "v": "1.1", "q": "", "country": "US"}
    told = glassdoor(sandbox_client, **asked, returnCities="true", returnStates="true")
    assert sum(city["numJobs"] for city in told["cities"]) > 0
    for state, count in told["states"].items():
        there = [city["numJobs"] for city in told["cities"] if city["stateName"] == state]
        assert sum(there) == count["numJobs"]
    assert "states" not in glassdoor(sandbox_client, **asked, returnCities="true")


def test_a_title_leads_to_others_with_their_pay(sandbox_client: TestClient) -> None:
    asked = {"action": "jobs-prog", "v": "1", "countryId": 1, "jobTitle": "software developer"}
    told = glassdoor(sandbox_client, "glassdoor_salaries", **asked)
    assert told["payLow"] < told["payMedian"] < told["payHigh"]
    titles = [result["nextJobTitle"] for result in told["results"]]
    assert len(set(titles)) == len(titles) > 0
    assert all(result["medianSalary"] > 10_000 for result in told["results"])


@pytest.mark.parametrize("wrong", [{"t.k": "guess"}, {"t.p": "guess"}, {"action": "reviews"}])
def test_a_refusal_has_status_200(sandbox_client: TestClient, wrong: dict[str, str]) -> None:
    asked = GLASSDOOR | {"action": "employers", "v": "1"} | wrong
    answer = sandbox_client.get("/glassdoor/api/api.htm", params=asked)
    assert answer.status_code == 200
    assert answer.json() == {"success": False, "status": "Access-Denied", "response": {}}
