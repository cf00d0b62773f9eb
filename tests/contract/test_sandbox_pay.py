"""The providers of pay as the sandbox plays them: access, places, batches, tickets, refusals."""

from typing import Any

import pytest
from contract_answers import contract_answer
from fastapi.testclient import TestClient
from sandbox_shapes import differences

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


def test_wages_have_the_shape_of_the_contract_s(sandbox_client: TestClient) -> None:
    asked = {"keyword": "15-1252.00", "location": "US"}
    ours = sandbox_client.get(WAGE, params=asked, headers=BEARER).json()
    assert differences([ours], [contract_answer("careeronestop", "happy")]) == []


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
    assert differences([rows], [contract_answer("levels_fyi", "happy")]) == []
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
    # What is told of a whole family names no company and no level.
    real = contract_answer("levels_fyi", "benchmarks")
    assert differences(found, real["data"], beside=["company", "level"]) == []
    family = found[0]["jobFamily"]
    chosen = sandbox_client.get("/levels_fyi/v1/benchmarks", params={"jobFamily": family}, headers=BEARER)
    assert {row["jobFamily"] for row in chosen.json()["data"]} == {family}
    newest = max(row["updatedAt"] for row in found)
    late = sandbox_client.get("/levels_fyi/v1/benchmarks", params={"updatedSince": newest}, headers=BEARER)
    assert {row["updatedAt"] for row in late.json()["data"]} == {newest}
    assert sandbox_client.get("/levels_fyi/v1/benchmarks").json()["error"]["code"] == "unauthorized"


def daas(client: TestClient, path: str, body: Any) -> Any:
    """An answer of Salary.com, with a fresh token."""
    key = {"ClientID": "sandbox@example.org", "ClientSecret": "sandbox-key"}
    told = client.get("/salary_com/token", params=key).json()
    assert differences([told], [contract_answer("salary_com", "happy")]) == []
    token = told["AccessToken"]["TokenContent"]
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
    real = contract_answer("salary_com", "happy", 1)
    # A scope of credentials with all of the percentiles.
    assert differences([answers["a"]], real, beside=["Comp25", "Comp75"], without=["DataScope_City"]) == []
    assert daas(sandbox_client, "batchjobpricing", [])["Code"] == -1
    assert daas(sandbox_client, "jobpricing", good)["CurrencyCode"] == "USD"
    assert sandbox_client.post("/salary_com/DaaS/jobpricing", json=good).status_code == 401
    assert sandbox_client.get("/salary_com/token", params={"ClientID": "x"}).status_code == 401


def test_some_cities_are_answered_with_their_state(sandbox_client: TestClient) -> None:
    cities = ("Austin", "Dallas", "Houston", "El Paso", "Waco", "Laredo", "Plano", "Irving", "Tyler", "Bryan")
    scopes = [{"CountryCode": "USA", "State": "TX", "City": city} for city in cities]
    asked = [
        {"JobTitle": "Accountant", "DataScope": scope, "SubRequestID": scope["City"]} for scope in scopes
    ]
    answers = daas(sandbox_client, "batchjobpricing", asked)
    assert {answer["DataScope_State"] for answer in answers} == {"TX"}
    told = [answer.get("DataScope_City", answer["SubRequestID"]) for answer in answers]
    assert sorted(told) == sorted(cities)
    assert {"DataScope_City" in answer for answer in answers} == {True, False}


def test_a_report_is_ready_at_the_second_look(sandbox_client: TestClient) -> None:
    key = {
        "client_id": "sandbox@example.org",
        "client_secret": "sandbox-key",
        "grant_type": "client_credentials",
        "scope": "jobalyzer",
    }
    token = sandbox_client.post("/payscale/accounts/connect/token", data=key).json()
    assert differences([token], [contract_answer("payscale", "happy")]) == []
    sandbox_client.headers["Authorization"] = f"Bearer {token['access_token']}"
    body = {"customerId": "sandbox@example.org", "user": "sandbox@example.org", "answers": SOFTWARE}
    ticket = sandbox_client.post("/payscale/jobalyzer/v2/reports", json=body).json()
    link = ticket["Links"]["PayReport"]
    looks = [sandbox_client.get(link) for _ in range(2)]
    refused = {**body, "answers": {**SOFTWARE, "JobTitle": "Zzz"}}
    unknown = sandbox_client.post("/payscale/jobalyzer/v2/reports", json=refused)
    del sandbox_client.headers["Authorization"]
    assert [look.status_code for look in looks] == [202, 200]
    assert differences([ticket], [contract_answer("payscale", "happy", 1)], beside=["Warnings"]) == []
    report = looks[1].json()
    real = contract_answer("payscale", "happy", 4)
    # The context is there only when a title was resolved.
    assert differences([report], [real], beside=["Context"], without=["Context"]) == []
    assert report["BasePayReport"]["CurrencyName"] == "US Dollar"
    assert report["BasePayReport"]["Count"] <= 45 <= report["TotalProfilesAnalyzed"] + 25
    assert report["LevelUsed"] in ("Metro", "State", "Country")
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
    assert differences([answer], [contract_answer("glassdoor", "happy")["response"]]) == []
    assert len({employer["id"] for employer in found}) == len(found) == answer["totalRecordCount"] > 50
    assert all(type(employer["cultureAndValuesRating"]) is str for employer in found)
    unrated = [employer for employer in found if employer["overallRating"] == 0]
    assert unrated
    assert all(employer["numberOfRatings"] == 0 for employer in unrated)
    assert glassdoor(sandbox_client, action="employers", v="1", q="no such employer")["employers"] == []


def test_counts_of_cities_add_up_to_those_of_their_states(sandbox_client: TestClient) -> None:
    asked = {"action": "jobs-stats", "v": "1.1", "q": "", "country": "US"}
    told = glassdoor(sandbox_client, **asked, returnCities="true", returnStates="true")
    real = contract_answer("glassdoor", "job_stats")["response"]
    assert differences(told["cities"], real["cities"]) == []
    assert differences(list(told["states"].values()), list(real["states"].values())) == []
    assert sum(city["numJobs"] for city in told["cities"]) > 0
    for state, count in told["states"].items():
        there = [city["numJobs"] for city in told["cities"] if city["stateName"] == state]
        assert sum(there) == count["numJobs"]
    assert "states" not in glassdoor(sandbox_client, **asked, returnCities="true")


def test_a_title_leads_to_others_with_their_pay(sandbox_client: TestClient) -> None:
    asked = {"action": "jobs-prog", "v": "1", "countryId": 1, "jobTitle": "software developer"}
    told = glassdoor(sandbox_client, "glassdoor_salaries", **asked)
    assert differences([told], [contract_answer("glassdoor_salaries", "happy")["response"]]) == []
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


def test_who_asks_too_often_is_throttled_in_the_provider_s_way(sandbox_client: TestClient) -> None:
    asked = {"keyword": "15-1252.00", "location": "US"}
    wage = [sandbox_client.get(WAGE, params=asked, headers=BEARER) for _ in range(121)]
    assert (wage[-2].status_code, wage[-1].status_code, list(wage[-1].json())) == (200, 429, ["Message"])
    benchmarks = [sandbox_client.get("/levels_fyi/v1/benchmarks", headers=BEARER) for _ in range(61)]
    assert (benchmarks[-2].status_code, benchmarks[-1].status_code) == (200, 429)
    assert benchmarks[-1].json()["error"]["code"] == "rate_limited"
    assert 0 < int(benchmarks[-1].headers["Retry-After"]) <= 60
    calls = GLASSDOOR | {"action": "reviews", "v": "1"}
    blocked = [sandbox_client.get("/glassdoor/api/api.htm", params=calls) for _ in range(2_001)][-1]
    assert (blocked.status_code, blocked.headers["Content-Type"].partition(";")[0]) == (403, "text/html")
