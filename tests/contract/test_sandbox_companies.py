"""PitchBook and AngelList's directory as the sandbox plays them; and do all tell of the same companies?"""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import RECORDED
from fastapi.testclient import TestClient
from sandbox_shapes import differences

from sandbox.world import World

DECLARED = {"User-Agent": "Acme data@acme.example"}
PB_TOKEN = {"Authorization": "PB-Token sandbox-key"}
BEARER = {"Authorization": "Bearer sandbox-key"}
SEARCH, BIO = "/pitchbook/companies/search", "/pitchbook/companies/bio"
STARTUPS = "/angellist_companies/1/startups"


@pytest.fixture(autouse=True)
def _another_month(sandbox_client: TestClient) -> None:
    sandbox_client.post("/clock", json={"seconds": 2_592_001})


@pytest.fixture(scope="module")
def employers(sandbox_home: Path) -> dict[str, dict[str, Any]]:
    """The true facts of all employers, by permalink."""
    return World.of(sandbox_home).every_employer


def pitchbook(client: TestClient, **asked: Any) -> dict[str, Any]:
    """An answer of the search."""
    answer = client.get(SEARCH, params=asked, headers=PB_TOKEN)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def hits(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    """Everything that a search finds, page by page."""
    found: list[dict[str, Any]] = []
    page, last = 0, 1
    while page < last:
        page += 1
        body = pitchbook(client, page=page, **asked)
        last = body["stats"]["lastPage"]
        found += body["items"]
    assert len(found) == body["stats"]["total"]
    return found


def profiles(client: TestClient, ids: list[str]) -> dict[str, Any]:
    body = {"items": [{"id": one} for one in ids]}
    found: dict[str, Any] = client.post(BIO, json=body, headers=PB_TOKEN).json()
    return found


def shown(source: str, case: str, path: str, records: str) -> list[dict[str, Any]]:
    """The records in a recording, which are the contract's."""
    recording = json.loads((RECORDED / source / f"{case}.json").read_text())
    found = [one["body"][records] for one in recording["exchanges"] if one["path"] == path]
    return [record for several in found for record in several]


def test_a_search_pages_to_its_end_and_never_by_more_than_the_largest_page(
    sandbox_client: TestClient,
) -> None:
    whole = hits(sandbox_client, perPage=7)
    assert len({hit["companyId"] for hit in whole}) == len(whole) > 50
    assert hits(sandbox_client, perPage=500) == whole
    assert pitchbook(sandbox_client, perPage=500)["stats"]["perPage"] == 100
    assert pitchbook(sandbox_client, keywords="zzz")["items"] == []
    assert pitchbook(sandbox_client, page=99)["items"] == []


def test_filters_divide_what_there_is(sandbox_client: TestClient) -> None:
    def ids(**asked: Any) -> set[str]:
        return {hit["companyId"] for hit in hits(sandbox_client, **asked)}

    whole = ids()
    few, some, many = ids(employeeCount="<1000"), ids(employeeCount="1000^5000"), ids(employeeCount=">5000")
    assert few | some | many == whole
    assert len(few) + len(some) + len(many) == len(whole)
    american = ids(country="United States", employeeCount=">5000")
    assert set() < american < many
    assert not ids(country="Atlantis")


def test_hits_and_profiles_are_as_the_contract_shows_them(sandbox_client: TestClient) -> None:
    found = hits(sandbox_client)
    assert differences(found, shown("pitchbook", "search", "companies/search", "items")) == []
    ours = profiles(sandbox_client, [hit["companyId"] for hit in found])["matched"]
    example = shown("pitchbook", "happy", "companies/bio", "matched")
    beside = ["employees", "yearFounded", "cikCode", "totalMoneyRaised", "companyName.alsoKnownAs"]
    assert differences(ours, example, beside=beside) == []
    money = [one["totalMoneyRaised"] for one in ours if one["totalMoneyRaised"]]
    assert differences(money, [one["totalMoneyRaised"] for one in example]) == []
    for name in ("employees", "yearFounded", "cikCode", "totalMoneyRaised"):
        assert {one[name] is None for one in ours} == {True, False}, "most fields may be missing"


def test_what_a_bulk_answer_does_not_hold_it_accounts_for(sandbox_client: TestClient) -> None:
    first, second = (hit["companyId"] for hit in hits(sandbox_client)[:2])
    answer = profiles(sandbox_client, [first, second, "1-1", first])
    assert answer["stats"] == {"total": 4, "matched": 2, "noData": 0, "unmatched": 1, "duplicates": 1}
    assert [one["companyId"] for one in answer["matched"]] == [second, first]
    assert [(one["id"], one["reason"]) for one in answer["unmatched"]] == [("1-1", "404 NOT_FOUND")]
    alone = sandbox_client.get(f"/pitchbook/companies/{first}/bio", headers=PB_TOKEN).json()
    assert alone == answer["matched"][1]


def test_a_key_for_trials_finds_companies_that_are_none(sandbox_client: TestClient) -> None:
    trial = {"Authorization": "PB-Token trial-key"}
    found = sandbox_client.get(SEARCH, headers=trial).json()["items"]
    assert found
    assert all(hit["sandbox"] for hit in found)
    assert not any(hit["sandbox"] for hit in hits(sandbox_client))


@pytest.mark.parametrize(
    ("method", "path", "headers", "asked", "status", "reason"),
    [
        ("GET", SEARCH, {}, {}, 403, "403 FORBIDDEN"),
        ("GET", SEARCH, {"Authorization": "sandbox-key"}, {}, 403, "403 FORBIDDEN"),
        ("GET", SEARCH, PB_TOKEN, {"page": 0}, 400, "400 BAD_REQUEST"),
        ("GET", SEARCH, PB_TOKEN, {"employeeCount": "many"}, 400, "400 BAD_REQUEST"),
        ("GET", "/pitchbook/companies/1-1/bio", PB_TOKEN, {}, 404, "404 NOT_FOUND"),
        ("POST", BIO, PB_TOKEN, {}, 400, "400 BAD_REQUEST"),
    ],
)
def test_pitchbook_refuses_with_a_reason(
    sandbox_client: TestClient,
    method: str,
    path: str,
    headers: dict[str, str],
    asked: dict[str, Any],
    status: int,
    reason: str,
) -> None:
    answer = sandbox_client.request(method, path, params=asked, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)
    assert answer.json().keys() == {"reason", "message"}


def test_sixty_calls_a_minute_and_then_credits_are_pitchbooks_limits(sandbox_client: TestClient) -> None:
    statuses = [sandbox_client.get(SEARCH, headers=PB_TOKEN).status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]
    for _ in range(33):
        sandbox_client.post("/clock", json={"seconds": 61})
        for _ in range(60):
            last = sandbox_client.get("/pitchbook/companies/1-1/bio", headers=PB_TOKEN)
    assert (last.status_code, last.json()["reason"]) == (402, "402 PAYMENT_REQUIRED")


def startups(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    """All companies, page by page."""
    found: list[dict[str, Any]] = []
    page, last = 0, 1
    while page < last:
        page += 1
        body = client.get(STARTUPS, params=asked | {"page": page}, headers=BEARER).json()
        last = body["last_page"]
        found += body["startups"]
    assert len(found) == body["total"]
    return found


def test_the_directory_pages_to_its_end(sandbox_client: TestClient) -> None:
    found = startups(sandbox_client)
    assert len({one["id"] for one in found}) == len(found) > 20
    assert startups(sandbox_client, per_page=7) == found
    since = sorted(one["updated_at"] for one in found if not one["hidden"])[-5]
    late = startups(sandbox_client, updated_after=since)
    assert {one["id"] for one in late if not one["hidden"]} == {
        one["id"] for one in found if not one["hidden"] and one["updated_at"] >= since
    }
    assert startups(sandbox_client, updated_after="2026-11-23T00:00:00Z") == []


def test_companies_of_the_directory_are_as_the_contract_shows_them(sandbox_client: TestClient) -> None:
    found = startups(sandbox_client)
    hidden = [one for one in found if one["hidden"]]
    ours = [one for one in found if not one["hidden"]]
    example = [
        one for one in shown("angellist_companies", "happy", "1/startups", "startups") if not one["hidden"]
    ]
    assert differences(ours, example, beside=["company_size"]) == []
    assert all(one == {"id": one["id"], "hidden": True} for one in hidden)
    sites = [one["company_url"] for one in ours]
    assert {site.startswith("http://") for site in sites} == {True, False}
    assert {one["company_size"] is None for one in ours} == {True, False}


def test_some_companies_can_be_asked_for_by_their_ids(sandbox_client: TestClient) -> None:
    first, second = startups(sandbox_client)[:2]
    asked = {"ids": f"{second['id']},999999,{first['id']}"}
    assert sandbox_client.get(f"{STARTUPS}/batch", params=asked, headers=BEARER).json() == [second, first]
    assert sandbox_client.get(f"{STARTUPS}/{first['id']}", headers=BEARER).json() == first


@pytest.mark.parametrize(
    ("path", "headers", "asked", "status", "error"),
    [
        (STARTUPS, {}, {}, 401, "access_denied"),
        (STARTUPS, {}, {"access_token": "sandbox-key"}, 401, "access_denied"),
        (STARTUPS, BEARER, {"per_page": 51}, 400, "bad_request"),
        (STARTUPS, BEARER, {"updated_after": "lately"}, 400, "bad_request"),
        (f"{STARTUPS}/batch", BEARER, {"ids": "a,b"}, 400, "bad_request"),
        (f"{STARTUPS}/999999", BEARER, {}, 404, "not_found"),
    ],
)
def test_the_directory_refuses_in_the_words_of_oauth(
    sandbox_client: TestClient,
    path: str,
    headers: dict[str, str],
    asked: dict[str, Any],
    status: int,
    error: str,
) -> None:
    answer = sandbox_client.get(path, params=asked, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_the_directory_has_a_thousand_calls_an_hour(sandbox_client: TestClient) -> None:
    answers = [sandbox_client.get(f"{STARTUPS}/999999", headers=BEARER) for _ in range(1_001)]
    assert {answer.status_code for answer in answers[:1_000]} == {404}
    assert answers[-1].status_code == 429
    assert answers[-1].json()["error"]["type"] == "over_limit"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3_600


def test_all_of_them_tell_of_the_same_companies(
    sandbox_client: TestClient, employers: dict[str, dict[str, Any]]
) -> None:
    by_cik = {one["cik"]: one for one in employers.values()}
    by_rank = {one["rank"]: one for one in employers.values()}
    private = profiles(sandbox_client, [hit["companyId"] for hit in hits(sandbox_client)])["matched"]
    told = [one for one in private if one["cikCode"]]
    assert told
    for one in told:
        employer = by_cik[int(one["cikCode"])]
        sandbox_client.post("/clock", json={"seconds": 1})
        path = f"/sec_edgar/submissions/CIK{employer['cik']:010d}.json"
        filer = sandbox_client.get(path, headers=DECLARED).json()
        assert filer["name"].partition(" /")[0] == one["companyName"]["legalName"].upper()
        assert filer["sic"] == one["sicCodes"][0]["code"]
        assert bool(filer["tickers"]) == (one["ownershipStatus"]["description"] == "Publicly Held")
        assert one["website"] == f"www.{employer['domain']}"
        assert one["employees"] is None or abs(one["employees"] / employer["head_count"] - 1) <= 0.11
    listed = [one for one in startups(sandbox_client) if not one["hidden"]]
    assert {one["name"] for one in listed} == {by_rank[one["id"]]["short_name"] for one in listed}
