"""Crunchbase's answers as recorded, and what becomes of them."""

import json
from pathlib import Path

import pytest
from conftest import KEY, Replay

from cvplus.errors import AccessRefused, MalformedAnswer, SourceNotConfigured, SourceUnavailable
from cvplus.sources.credentials import Credentials

UUIDS = [
    "0f5e7a10-1111-4c2d-9b1a-aaaaaaaaaaaa",
    "1b6c0d20-2222-4c2d-9b1a-bbbbbbbbbbbb",
    "2c7d1e30-3333-4c2d-9b1a-cccccccccccc",
]
REAL = Path(__file__).parents[3] / "shared/data/real/api/crunchbase/v4_recorded_organizations.json"


def test_happy(replay: Replay) -> None:
    landed = replay("crunchbase", "organizations", "happy")
    assert landed.keys == UUIDS
    assert (landed.manifest.rows_read, landed.manifest.api_calls, landed.manifest.is_partial) == (3, 3, False)
    assert all(request.headers["X-cb-user-key"] == KEY for request in landed.requests)


def test_empty(replay: Replay) -> None:
    assert replay("crunchbase", "organizations", "empty").manifest.rows_read == 0


def test_throttled_beyond_the_retries(replay: Replay) -> None:
    with pytest.raises(SourceUnavailable, match=r"source=crunchbase .*HTTP 429: Usage limit exceeded"):
        replay("crunchbase", "organizations", "throttled")


def test_a_swallowed_page_is_noticed(replay: Replay) -> None:
    with pytest.raises(MalformedAnswer, match="ended after 1 of 3 records"):
        replay("crunchbase", "organizations", "broken")


def test_a_refused_key(replay: Replay) -> None:
    with pytest.raises(AccessRefused, match=r"HTTP 401: Unauthorized user_key.*what its key covers"):
        replay("crunchbase", "organizations", "refused")


def test_the_other_shape_of_an_error(replay: Replay) -> None:
    exchange = {
        "path": "searches/organizations",
        "method": "POST",
        "status": 401,
        "body": {"value": "no licence"},
    }
    with pytest.raises(AccessRefused, match="HTTP 401: no licence"):
        replay("crunchbase", "organizations", [exchange])


def test_without_a_key_it_is_off(replay: Replay) -> None:
    with pytest.raises(SourceNotConfigured, match=r"connection crunchbase has no password.*docs/sources"):
        replay("crunchbase", "organizations", [], credentials=Credentials())


@pytest.mark.skipif(not REAL.exists(), reason="the shared recordings are not beside this checkout")
def test_a_real_search(replay: Replay) -> None:
    recordings = {item["name"]: item["response"]["body"] for item in json.loads(REAL.read_text())}
    found = recordings["searches_organizations_with_recently_updated_and_limit"]
    uuids = [entity["uuid"] for entity in found["entities"]]
    post = {"path": "searches/organizations", "method": "POST"}
    pages = [
        {**post, "body": {**found, "count": len(uuids)}},
        {**post, "json": {"after_id": uuids[-1]}, "body": {"count": len(uuids), "entities": []}},
    ]
    assert replay("crunchbase", "organizations", pages).keys == uuids
