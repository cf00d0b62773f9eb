"""The providers of skills and reference as the sandbox plays them: keys, pages, versions, limits, shapes."""

from typing import Any

import pytest
from contract_answers import contract_answer
from fastapi.testclient import TestClient
from sandbox_shapes import differences, recorded

REPOSITORIES = "/github/search/repositories"
OWN = [
    "permissions", "organization", "network_count", "subscribers_count", "allow_squash_merge",
    "allow_merge_commit", "allow_rebase_merge", "allow_auto_merge", "delete_branch_on_merge",
    "allow_update_branch", "use_squash_pr_title_as_default",
]  # fmt: skip
TOKEN = {"Authorization": "Bearer sandbox-key"}
COURSES = "/coursera/api/courses.v1"
OCCUPATIONS = "/onet/online/occupations/"
DETAILS = f"{OCCUPATIONS}15-1252.00/details"
ONET_KEY = {"X-API-Key": "sandbox-key"}
ESCO = "/esco/api/search"
NEWEST = {"selectedVersion": "v1.2.0", "limit": 100}
RATES = "/fx_rates/v2/rates"
DAYS = {"from": "2026-11-16", "to": "2026-11-22", "providers": "ecb"}


@pytest.fixture
def client(sandbox_client: TestClient) -> TestClient:
    """The client a minute later, so that every quota is whole."""
    sandbox_client.post("/clock", json={"seconds": 61})
    return sandbox_client


def answer(client: TestClient, path: str, headers: dict[str, str] | None = None, **asked: Any) -> Any:
    """What a good answer holds."""
    found = client.get(path, params=asked or None, headers=headers)
    assert found.status_code == 200, found.text
    return found.json()


def test_a_search_has_the_shape_and_headers_of_a_real_one_and_its_hits_that_of_a_real_repository(
    client: TestClient,
) -> None:
    found = client.get(REPOSITORIES, params={"q": "stars:>5", "per_page": 100}, headers=TOKEN)
    ours = found.json()
    calls = recorded("github", "search_issues.json")
    search = next(call for call in calls if call["path"].startswith("/search/"))
    assert {name: type(value) for name, value in ours.items()} == {
        name: type(value) for name, value in search["response"].items()
    }
    quota = {name.lower() for name in search["rawHeaders"][::2] if name.startswith("X-RateLimit")}
    assert quota == {name for name in found.headers if name.startswith("x-ratelimit")}
    repository = calls[0]["response"]
    # The recorder's own repository is new, so it has no topics, and shows what only its owner sees.
    assert differences(ours["items"], [repository], beside=["score", "license", "topics"], without=OWN) == []
    assert {item["license"] is None for item in ours["items"]} == {True, False}


def test_repositories_page_by_link_and_end_before_the_eleventh_page(client: TestClient) -> None:
    found: list[dict[str, Any]] = []
    address: str | None = f"{REPOSITORIES}?q=stars:>5&per_page=20"
    while address:
        page = client.get(address, headers=TOKEN)
        found += page.json()["items"]
        address = page.links.get("next", {}).get("url")
    assert len({item["id"] for item in found}) == len(found) == page.json()["total_count"] > 20
    beyond = client.get(REPOSITORIES, params={"q": "stars:>5", "per_page": 100, "page": 11}, headers=TOKEN)
    assert (beyond.status_code, beyond.json()["status"]) == (422, "422")


def test_a_search_follows_its_qualifiers_and_refuses_what_it_does_not_know(client: TestClient) -> None:
    topic = answer(client, REPOSITORIES, q="stars:>5")["items"][0]["topics"][0]
    window = f"topic:{topic} pushed:2026-11-01T00:00:00Z..2026-11-21T00:00:00Z stars:>5"
    for item in answer(client, REPOSITORIES, q=window)["items"]:
        assert topic in item["topics"]
        assert "2026-11-01" <= item["pushed_at"] <= "2026-11-21T00:00:00Z"
    refused = client.get(REPOSITORIES, params={"q": "salary:>5"})
    assert (refused.status_code, refused.json()["message"]) == (422, "Validation Failed")
    wrong = client.get(REPOSITORIES, params={"q": "stars:>5"}, headers={"Authorization": "Bearer guess"})
    assert (wrong.status_code, wrong.json()["message"]) == (401, "Bad credentials")


@pytest.mark.parametrize(("headers", "allowed"), [({}, 10), (TOKEN, 30)])
def test_a_token_raises_the_limit_and_a_spent_one_is_a_403(
    client: TestClient, headers: dict[str, str], allowed: int
) -> None:
    answers = [
        client.get(REPOSITORIES, params={"q": "salary:>5"}, headers=headers) for _ in range(allowed + 1)
    ]
    assert [found.status_code for found in answers] == [422] * allowed + [403]
    told = answers[-1].headers
    assert (told["x-ratelimit-limit"], told["x-ratelimit-remaining"]) == (str(allowed), "0")
    assert told["x-ratelimit-resource"] == answers[0].headers["x-ratelimit-resource"] == "search"
    assert "rate limit" in answers[-1].json()["message"]


def test_courses_and_partners_have_the_shape_of_the_contract_s(client: TestClient) -> None:
    fields = "primaryLanguages,workload,partnerIds,domainTypes"
    courses = answer(client, COURSES, fields=fields, limit=5)
    assert differences([courses], [contract_answer("coursera", "happy")]) == []
    partners = answer(client, "/coursera/api/partners.v1", fields="name,shortName")
    assert differences([partners], [contract_answer("coursera", "partners")]) == []


def test_the_catalogue_pages_by_an_offset_that_is_a_text_and_tells_its_total_once(client: TestClient) -> None:
    found: list[dict[str, Any]] = []
    start, totals = "0", []
    while start:
        page = client.get(COURSES, params={"start": start, "limit": 200})
        assert len(page.headers["X-Coursera-Request-Id"]) == 32
        found += page.json()["elements"]
        totals.append(page.json()["paging"].get("total"))
        start = page.json()["paging"].get("next", "")
        assert isinstance(start, str)
    assert len(totals) > 1
    assert totals == [len(found)] + [None] * (len(totals) - 1)
    assert len({course["id"] for course in found}) == len(found)
    assert all(course.keys() == {"id", "slug", "name", "courseType"} for course in found)
    assert {bool(course["domainTypes"]) for course in domains_of(client)} == {True, False}


def domains_of(client: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer(client, COURSES, fields="domainTypes,avgRating", limit=1_000)[
        "elements"
    ]
    return found


@pytest.mark.parametrize(
    ("path", "status"), [("courses.v1?q=search&query=sql", 405), ("degrees.v1", 403), ("nothing.v1", 404)]
)
def test_what_the_catalogue_does_not_give_is_an_error(client: TestClient, path: str, status: int) -> None:
    assert client.get(f"/coursera/api/{path}").status_code == status


def test_occupations_and_their_details_have_the_shape_of_the_contract_s(client: TestClient) -> None:
    everything = {"start": 1, "end": 1_000}
    listed = answer(client, OCCUPATIONS, ONET_KEY, **everything)
    assert differences([listed], [contract_answer("onet", "occupations")]) == []
    technologies = answer(client, f"{DETAILS}/technology_skills", ONET_KEY, start=1, end=2)
    assert differences([technologies], [contract_answer("onet", "happy")]) == []
    skills = answer(client, f"{DETAILS}/skills", ONET_KEY, **everything)
    assert differences([skills], [contract_answer("onet", "skills")]) == []
    assert listed["total"] == listed["end"] == len(listed["occupation"])


def test_occupations_are_walked_from_start_to_end_by_their_links(client: TestClient) -> None:
    found: list[str] = []
    address: str | None = f"{OCCUPATIONS}?start=1&end=7"
    while address:
        page = answer(client, address, ONET_KEY)
        client.post("/clock", json={"seconds": 1})
        assert page["start"] == len(found) + 1
        found += [occupation["code"] for occupation in page["occupation"]]
        address = page.get("next")
    assert len(set(found)) == len(found) == page["end"] == page["total"] > 7


@pytest.mark.parametrize(
    ("path", "headers", "status", "kind"),
    [
        (OCCUPATIONS, {}, 403, "text/html"),
        (OCCUPATIONS, {"X-API-Key": "guess"}, 403, "text/html"),
        (f"{OCCUPATIONS}15-1299.08/details/skills", ONET_KEY, 404, "application/json"),
        (f"{OCCUPATIONS}?start=0", ONET_KEY, 422, "application/json"),
    ],
)
def test_occupations_that_are_refused(
    client: TestClient, path: str, headers: dict[str, str], status: int, kind: str
) -> None:
    refused = client.get(path, headers=headers)
    assert (refused.status_code, refused.headers["Content-Type"].partition(";")[0]) == (status, kind)


@pytest.mark.parametrize("kind", ["skill", "occupation"])
def test_concepts_have_the_shape_of_the_contract_s_and_a_label_of_either_form(
    client: TestClient, kind: str
) -> None:
    found = concepts(client, kind)
    examples = [contract_answer("esco", case)["_embedded"]["results"] for case in ("happy", "occupations")]
    real = [one for example in examples for one in example if one["className"].lower() == kind]
    assert differences(found, real, beside=["preferredLabel"], without=["preferredLabel"]) == []
    assert {type(one["preferredLabel"]) for one in found} == {str, dict}
    assert len({one["uri"] for one in found}) == len(found)


def concepts(client: TestClient, kind: str, **asked: Any) -> list[dict[str, Any]]:
    """All concepts of a kind, walked by the links."""
    page = answer(client, ESCO, type=kind, **(NEWEST | asked))
    found: list[dict[str, Any]] = page["_embedded"]["results"]
    while "next" in page["_links"]:
        client.post("/clock", json={"seconds": 1})
        page = answer(client, page["_links"]["next"]["href"])
        found += page["_embedded"]["results"]
    assert len(found) == page["total"]
    return found


def test_without_a_version_an_old_one_answers_and_an_unknown_one_is_refused(client: TestClient) -> None:
    newest = {one["uri"] for one in concepts(client, "skill", limit=20)}
    old = answer(client, ESCO, type="skill", limit=500)["_embedded"]["results"]
    assert {one["uri"] for one in old} < newest
    refused = client.get(ESCO, params={"type": "skill", "selectedVersion": "v9"})
    assert (refused.status_code, list(refused.json()[0])) == (400, ["logref", "message"])
    assert answer(client, ESCO, type="skill", text="no such skill")["total"] == 0


def test_rates_have_the_shape_of_the_contract_s_and_none_on_weekends(client: TestClient) -> None:
    rows = answer(client, RATES, quotes="USD,GBP", **DAYS)
    assert differences(rows, contract_answer("fx_rates", "happy")) == []
    assert [row["date"][-2:] for row in rows] == [day for day in ("16", "17", "18", "19", "20") for _ in "ab"]
    assert {row["quote"] for row in rows} == {"USD", "GBP"}


def test_without_a_provider_the_rates_are_a_blend(client: TestClient) -> None:
    ours, blend = (
        answer(client, RATES, quotes="USD", **DAYS | named) for named in ({}, {"providers": "others"})
    )
    assert [row["date"] for row in ours] == [row["date"] for row in blend]
    assert all(row["rate"] != other["rate"] for row, other in zip(ours, blend, strict=True))


@pytest.mark.parametrize("wrong", [{"quotes": "XXX"}, {"base": "XXX"}, {"symbols": "USD"}, {"from": "today"}])
def test_a_question_about_rates_that_is_refused(client: TestClient, wrong: dict[str, str]) -> None:
    refused = client.get(RATES, params=DAYS | wrong)
    assert (refused.status_code, refused.json()["status"]) == (422, 422)


@pytest.mark.parametrize(
    ("path", "headers", "allowed"),
    [(COURSES, {}, 120), (OCCUPATIONS, ONET_KEY, 10), (ESCO, {}, 10), (RATES, {}, 60)],
)
def test_who_asks_too_often_is_throttled(
    client: TestClient, path: str, headers: dict[str, str], allowed: int
) -> None:
    found = [client.get(path, params={"limit": 1}, headers=headers).status_code for _ in range(allowed + 3)]
    assert 429 not in found[:allowed]
    assert 429 in found[allowed:]
