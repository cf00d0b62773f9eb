"""EDGAR as the sandbox plays it: the shape of real answers, filings in columns, facts told again later."""

import csv
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sandbox_shapes import differences, recorded

from cvplus.settings import PROJECT_ROOT
from sandbox.providers.company_codes import SIC
from sandbox.world import World

DECLARED = {"User-Agent": "Acme data@acme.example"}
APPLE = "submissions/CIK0000320193"


@pytest.fixture(autouse=True)
def _another_hour(sandbox_client: TestClient) -> None:
    sandbox_client.post("/clock", json={"seconds": 3_601})


@pytest.fixture(scope="module")
def ciks(sandbox_home: Path) -> list[int]:
    """The numbers of all companies."""
    return [one["cik"] for one in World.of(sandbox_home).every_employer.values()]


def edgar(client: TestClient, path: str, **headers: str) -> Any:
    """The answer to somebody who says who they are."""
    client.post("/clock", json={"seconds": 1})
    return client.get(f"/sec_edgar/{path}", headers=DECLARED | headers)


def submissions(client: TestClient, cik: int) -> dict[str, Any]:
    found: dict[str, Any] = edgar(client, f"submissions/CIK{cik:010d}.json").json()
    return found


def facts(client: TestClient, cik: int) -> dict[str, Any]:
    found: dict[str, Any] = edgar(client, f"api/xbrl/companyfacts/CIK{cik:010d}.json").json()
    return found


def statements(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        fact
        for concepts in body["facts"].values()
        for concept in concepts.values()
        for stated in concept["units"].values()
        for fact in stated
    ]


def without_names(body: dict[str, Any]) -> dict[str, Any]:
    """A company's facts with taxonomies, tags and units as what they are: names that differ."""
    told = [
        {"concepts": [concept | {"units": list(concept["units"].values())} for concept in concepts.values()]}
        for concepts in body["facts"].values()
    ]
    return body | {"facts": told}


def test_filers_have_the_fields_of_real_ones(sandbox_client: TestClient, ciks: list[int]) -> None:
    ours = [submissions(sandbox_client, cik) for cik in ciks]
    real = recorded("sec", "submissions.jsonl.gz")
    assert differences(ours, real, beside=["filings.files[]"]) == []
    assert {"/" in one["name"] for one in ours} == {True, False}, "some names bear a mark"


def test_facts_have_the_fields_of_real_ones(sandbox_client: TestClient, ciks: list[int]) -> None:
    ours = [without_names(facts(sandbox_client, cik)) for cik in ciks]
    real = [without_names(body) for body in recorded("sec", "companyfacts_selected.jsonl.gz")]
    assert differences(ours, real) == []


def test_tickers_have_the_fields_of_real_ones(sandbox_client: TestClient) -> None:
    ours = edgar(sandbox_client, "files/company_tickers.json").json()
    real = recorded("sec", "company_tickers.json.gz")
    assert list(ours)[:3] == list(real)[:3] == ["0", "1", "2"]
    assert differences(list(ours.values()), list(real.values())) == []


def test_filings_are_columns_of_equal_length_newest_first_and_the_older_ones_in_a_file(
    sandbox_client: TestClient, ciks: list[int]
) -> None:
    for cik in ciks[:20]:
        filings = submissions(sandbox_client, cik)["filings"]
        older = edgar(sandbox_client, f"submissions/{filings['files'][0]['name']}").json()
        for columns in (filings["recent"], older):
            assert len({len(column) for column in columns.values()}) == 1
        days = filings["recent"]["filingDate"] + older["filingDate"]
        assert days == sorted(days, reverse=True)
        assert days[0] <= "2026-11-23"
        numbers = filings["recent"]["accessionNumber"] + older["accessionNumber"]
        assert len(set(numbers)) == len(numbers)
        assert filings["files"][0]["filingCount"] == len(older["form"])
        assert sum(form in ("10-K", "20-F", "40-F") for form in filings["recent"]["form"]) == 1


def test_a_year_is_told_again_by_later_reports_and_the_newest_has_its_frame(
    sandbox_client: TestClient, ciks: list[int]
) -> None:
    values = defaultdict(set)
    taxonomies = set()
    for cik in ciks:
        body = facts(sandbox_client, cik)
        reports = submissions(sandbox_client, cik)["filings"]["recent"]["accessionNumber"]
        assert any(fact["accn"] in reports for fact in statements(body))
        assert all(fact["end"] < fact["filed"] <= "2026-11-23" for fact in statements(body))
        taxonomies |= set(body["facts"])
        for concepts in body["facts"].values():
            for tag, concept in concepts.items():
                for stated in concept["units"].values():
                    frames = [fact["frame"] for fact in stated if "frame" in fact]
                    assert len(set(frames)) == len(frames) == len({fact["end"] for fact in stated})
                    for earlier, later in pairwise(stated):
                        if earlier["end"] == later["end"]:
                            assert earlier["filed"] < later["filed"]
                            assert "frame" not in earlier
                            values[cik, tag, later["end"]] |= {earlier["val"], later["val"]}
    assert {len(told) for told in values.values()} == {1, 2}, "some years are restated, most are not"
    assert taxonomies == {"dei", "us-gaap", "ifrs-full"}


def test_few_filers_tell_how_many_people_they_employ(sandbox_client: TestClient, ciks: list[int]) -> None:
    told = [
        body["facts"]["dei"]["EntityNumberOfEmployees"]["units"]
        for body in (facts(sandbox_client, cik) for cik in ciks)
        if "EntityNumberOfEmployees" in body["facts"]["dei"]
    ]
    assert 0 < len(told) < 0.25 * len(ciks)
    assert all(list(units) == ["pure"] for units in told)


def test_one_concept_can_be_asked_for_alone(sandbox_client: TestClient, ciks: list[int]) -> None:
    cik = ciks[0]
    whole = facts(sandbox_client, cik)
    path = f"api/xbrl/companyconcept/CIK{cik:010d}/dei/EntityPublicFloat.json"
    alone = edgar(sandbox_client, path).json()
    assert alone["units"] == whole["facts"]["dei"]["EntityPublicFloat"]["units"]
    assert (alone["cik"], alone["taxonomy"], alone["tag"]) == (cik, "dei", "EntityPublicFloat")


@pytest.mark.parametrize(
    ("path", "headers", "status", "kind", "told"),
    [
        (f"{APPLE}.json", {"User-Agent": "python-requests/2.32"}, 403, "text/html", "Undeclared"),
        ("submissions/CIK0000000001.json", {}, 404, "application/xml", "NoSuchKey"),
        ("submissions/CIK320193.json", {}, 404, "application/xml", "NoSuchKey"),
        (f"{APPLE}-submissions-002.json", {}, 404, "application/xml", "NoSuchKey"),
        ("api/xbrl/companyfacts/CIK0000000001.json", {}, 404, "application/xml", "NoSuchKey"),
        ("api/xbrl/companyconcept/CIK0000320193/dei/Nothing.json", {}, 404, "application/xml", "NoSuchKey"),
    ],
)  # fmt: skip
def test_edgar_refuses_with_a_page_and_misses_with_xml(
    sandbox_client: TestClient, path: str, headers: dict[str, str], status: int, kind: str, told: str
) -> None:
    answer = edgar(sandbox_client, path, **headers)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (status, kind)
    assert told in answer.text


def test_who_asks_edgar_too_often_is_shut_out_for_ten_minutes(sandbox_client: TestClient) -> None:
    path = "/sec_edgar/files/company_tickers.json"
    statuses = [sandbox_client.get(path, headers=DECLARED).status_code for _ in range(14)]
    sandbox_client.post("/clock", json={"seconds": 500})
    early = sandbox_client.get(path, headers=DECLARED)
    sandbox_client.post("/clock", json={"seconds": 101})
    late = sandbox_client.get(path, headers=DECLARED)
    assert statuses[:10] == [200] * 10
    assert statuses[-1] == early.status_code == 403
    assert "<title>SEC.gov | Request Rate Threshold Exceeded</title>" in early.text
    assert late.status_code == 200


def test_an_industry_is_the_same_by_its_code_and_by_its_name() -> None:
    def seed(name: str) -> list[dict[str, str]]:
        with (PROJECT_ROOT / "dbt_project" / "seeds" / f"{name}.csv").open(encoding="utf-8") as lines:
            return list(csv.DictReader(lines))

    named = {row["keyword"]: row["industry_id"] for row in seed("industry_keywords")}
    coded = {row["sic_group"]: row["industry_id"] for row in seed("sic_industries")}
    for industry, (code, _, _) in SIC.items():
        assert coded.get(code[:3], coded.get(code[:2])) == named[industry.replace("-", " ")], industry
