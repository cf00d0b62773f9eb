"""Stack Overflow and Crunchbase as the sandbox plays them: access, paging to the end, shapes, errors."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.market import MarketRequest, build
from sandbox.provider_records import tag_name
from sandbox.server import create_app

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real" / "api"
STACK = "/stack_overflow/2.3"
ORGANIZATIONS = "/crunchbase/v4/data/searches/organizations"
DELETED = "/crunchbase/v4/data/deleted_entities"
CRUNCHBASE_KEY = {"X-cb-user-key": "sandbox-key"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny market."""
    folder = tmp_path_factory.mktemp("providers")
    build(folder, MarketRequest("tiny", 7, 180, date(2026, 11, 23)))
    return folder


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    """A client of the served market."""
    with TestClient(create_app(home)) as served:
        yield served


def recorded(provider: str, file_name: str) -> Any:
    """A real answer kept for tests; skips where the real data aren't."""
    path = REAL / provider / file_name
    if not path.is_file():
        pytest.skip("the real recordings are not on this machine")
    return json.loads(path.read_text(encoding="utf-8"))


def tags_page(client: TestClient, page: int, **more: str | int) -> dict[str, Any]:
    """One page of tags."""
    asked: dict[str, str | int] = {
        "site": "stackoverflow",
        "page": page,
        "pagesize": 100,
        "key": "sandbox-key",
    }
    asked |= more
    found: dict[str, Any] = client.get(f"{STACK}/tags", params=asked).json()
    return found


def test_tags_page_to_the_end_once_each_by_falling_count(client: TestClient) -> None:
    names, counts, page = [], [], 1
    while True:
        body = tags_page(client, page)
        names += [item["name"] for item in body["items"]]
        counts += [item["count"] for item in body["items"]]
        if not body["has_more"]:
            break
        page += 1
    assert len(names) == len(set(names)) == 400
    assert counts == sorted(counts, reverse=True)
    assert tags_page(client, page + 1)["items"] == []


def test_page_26_needs_a_key_and_a_wrong_key_is_refused(client: TestClient) -> None:
    asked: dict[str, str | int] = {"site": "stackoverflow", "page": 26, "pagesize": 5}
    answer = client.get(f"{STACK}/tags", params=asked)
    assert answer.status_code == 400
    assert answer.json() == {
        "error_id": 403,
        "error_name": "access_denied",
        "error_message": "page above 25 requires access token or app key",
    }
    assert client.get(f"{STACK}/tags", params=asked | {"key": "sandbox-key"}).status_code == 200
    assert (
        client.get(f"{STACK}/tags", params=asked | {"key": "guess"}).json()["error_name"] == "bad_parameter"
    )


@pytest.mark.parametrize("wrong", [{"site": "elsewhere"}, {"pagesize": 101}, {"page": 0}, {"sort": "votes"}])
def test_bad_parameters_have_status_400_and_a_name(client: TestClient, wrong: dict[str, Any]) -> None:
    answer = client.get(f"{STACK}/tags", params={"site": "stackoverflow"} | wrong)
    assert answer.status_code == 400
    assert answer.json()["error_name"] == "bad_parameter"


def test_answers_are_compressed_and_carry_the_quota_and_sometimes_a_backoff(client: TestClient) -> None:
    answer = client.get(
        f"{STACK}/tags", params={"site": "stackoverflow"}, headers={"Accept-Encoding": "identity"}
    )
    assert answer.headers["content-encoding"] == "gzip"
    bodies = [tags_page(client, 1, pagesize=1) for _ in range(21)]
    assert sum("backoff" in body for body in bodies) in (1, 2)
    assert bodies[-1]["quota_remaining"] < bodies[0]["quota_remaining"] <= bodies[0]["quota_max"] == 10_000


def test_names_are_html_escaped() -> None:
    assert tag_name("AT&T Connect") == "at&t-connect"


def test_tags_can_be_windowed_by_count_and_searched_by_name(client: TestClient) -> None:
    highest = tags_page(client, 1, pagesize=10)["items"][5]["count"]
    assert all(item["count"] <= highest for item in tags_page(client, 1, max=highest)["items"])
    assert {"python", "sql"} <= {item["name"] for item in tags_page(client, 1, inname="")["items"]}
    details = client.get(f"{STACK}/tags/python;sql/info", params={"site": "stackoverflow"}).json()
    assert {item["name"] for item in details["items"]} == {"python", "sql"}


def test_synonyms_point_at_tags_and_window_by_creation(client: TestClient) -> None:
    asked: dict[str, str | int] = {"site": "stackoverflow", "sort": "creation", "order": "asc"}
    asked |= {"pagesize": 100, "key": "sandbox-key"}
    items = client.get(f"{STACK}/tags/synonyms", params=asked).json()["items"]
    created = [item["creation_date"] for item in items]
    assert created == sorted(created)
    middle = created[len(created) // 2]
    later = client.get(f"{STACK}/tags/synonyms", params=asked | {"min": middle}).json()["items"]
    assert len(later) == sum(moment >= middle for moment in created)


def test_the_wrapper_is_that_of_a_real_answer(client: TestClient) -> None:
    real = recorded("stackexchange", "test_stackoverflow_exists.json")
    ours = tags_page(client, 1)
    assert {"items", "has_more", "quota_max", "quota_remaining"} <= real.keys() & ours.keys()
    for name in ("has_more", "quota_max", "quota_remaining"):
        assert type(real[name]) is type(ours[name])


def organizations_after(client: TestClient, body: dict[str, Any]) -> list[dict[str, Any]]:
    """All organisations of a search, walked by keyset."""
    found: list[dict[str, Any]] = []
    while True:
        asked = body | ({"after_id": found[-1]["uuid"]} if found else {})
        answer = client.post(ORGANIZATIONS, json=asked, headers=CRUNCHBASE_KEY)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["entities"]
        if len(page["entities"]) < body["limit"]:
            assert len(found) == page["count"]
            return found


def test_organizations_page_to_the_end_by_keyset_in_order_of_change(client: TestClient) -> None:
    body = {"field_ids": ["updated_at"], "order": [{"field_id": "updated_at", "sort": "asc"}], "limit": 25}
    found = organizations_after(client, body)
    moments = [entity["properties"]["updated_at"] for entity in found]
    assert len({entity["uuid"] for entity in found}) == len(found) == 120
    assert moments == sorted(moments)


def test_a_window_of_change_holds_what_changed_in_it(client: TestClient) -> None:
    def window(*bounds: tuple[str, str]) -> list[str]:
        query = [
            {"type": "predicate", "field_id": "updated_at", "operator_id": operator, "values": [value]}
            for operator, value in bounds
        ]
        body = {"field_ids": ["updated_at"], "query": query, "limit": 1_000}
        return [entity["properties"]["updated_at"] for entity in organizations_after(client, body)]

    inside = window(("gte", "2026-07-01"), ("lte", "2026-07-31"))
    assert inside
    assert all("2026-07-01" <= moment[:10] <= "2026-07-31" for moment in inside)
    everything = window(("gte", "2026-05-27"))
    assert len(everything) == 120, "a walk over the whole history misses nobody"


def test_a_wrong_key_gets_the_list_body_of_the_live_service(client: TestClient) -> None:
    for headers in ({}, {"X-cb-user-key": "guess"}):
        answer = client.post(ORGANIZATIONS, json={}, headers=headers)
        assert answer.status_code == 401
        assert answer.json() == [{"status": 401, "code": "LA401", "message": "Unauthorized user_key"}]


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 1_001},
        {"field_ids": ["salary"]},
        {"order": [{"field_id": "salary"}]},
        {"query": [{"field_id": "updated_at", "operator_id": "near", "values": ["2026-01-01"]}]},
        {"after_id": "nobody"},
        [],
    ],
)
def test_a_bad_search_is_refused_with_400(client: TestClient, wrong: Any) -> None:
    answer = client.post(ORGANIZATIONS, json=wrong, headers=CRUNCHBASE_KEY)
    assert answer.status_code == 400
    assert answer.json()[0]["status"] == 400


def test_only_the_fields_asked_for_come_and_the_identifier_always(client: TestClient) -> None:
    answer = client.post(
        ORGANIZATIONS, json={"field_ids": ["founded_on"], "limit": 1}, headers=CRUNCHBASE_KEY
    )
    assert answer.json()["entities"][0]["properties"].keys() == {"identifier", "founded_on"}


def test_organizations_have_the_shape_of_real_ones(client: TestClient) -> None:
    exchanges = {one["name"]: one for one in recorded("crunchbase", "v4_recorded_organizations.json")}
    real = exchanges["searches_organizations_with_recently_updated_and_limit"]["response"]["body"]
    wanted = ["uuid", "updated_at", "name", "website", "permalink"]
    ours = client.post(ORGANIZATIONS, json={"field_ids": wanted, "limit": 1}, headers=CRUNCHBASE_KEY).json()
    assert real.keys() == ours.keys()
    assert real["entities"][0].keys() == ours["entities"][0].keys()
    theirs, mine = real["entities"][0]["properties"], ours["entities"][0]["properties"]
    assert mine.keys() <= theirs.keys()
    assert mine["identifier"].keys() == theirs["identifier"].keys()
    assert {name: type(mine[name]) for name in wanted} == {name: type(theirs[name]) for name in wanted}
    money = client.post(
        ORGANIZATIONS,
        json={
            "field_ids": ["funding_total"],
            "order": [{"field_id": "funding_total", "sort": "desc"}],
            "limit": 1,
        },
        headers=CRUNCHBASE_KEY,
    ).json()["entities"][0]["properties"]["funding_total"]
    round_ = exchanges["searches_funding_rounds_with_announced_on_order_announced_on"]["response"]["body"]
    assert money.keys() == round_["entities"][0]["properties"]["money_raised"].keys()


def test_the_deletion_feed_is_a_bare_list_as_recorded(client: TestClient) -> None:
    feed = client.get(DELETED, params={"limit": 5}, headers=CRUNCHBASE_KEY).json()
    rest = client.get(
        DELETED, params={"limit": 25, "after_id": feed[-1]["uuid"]}, headers=CRUNCHBASE_KEY
    ).json()
    assert len(feed) == 5
    assert len(rest) == 7
    exchanges = {one["name"]: one for one in recorded("crunchbase", "v4_recorded_organizations.json")}
    real = exchanges["deleted_entities_of_organizations"]["response"]["body"]
    assert feed[0].keys() == real[0].keys()


def test_employers_of_german_postings_are_organizations_too(client: TestClient) -> None:
    employers = {job["company_name"] for job in client.get("/arbeitnow/api/job-board-api").json()["data"]}
    body = {"field_ids": ["name"], "limit": 1_000}
    known = {entity["properties"]["name"] for entity in organizations_after(client, body)}
    assert employers <= known
