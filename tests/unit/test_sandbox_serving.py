"""The helpers that providers share: access, tokens, limits, pages, 304; and the one that compares shapes."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from sandbox.faults import FaultBook, Misbehaviour
from sandbox.serving import access, paging
from sandbox.serving.conditional import conditional
from sandbox.serving.limits import HOUR, MINUTE, Limit, limited
from sandbox.serving.refusal import Refused, answer_of
from sandbox.store import Store
from sandbox.world import EMAIL, KEY, World

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "contract"))
from sandbox_shapes import differences, unreached

BASE = "/arbeitnow"
CHANGED = datetime(2026, 11, 20, 10, tzinfo=UTC)


def error_answer(status: int, message: str) -> Response:
    """An error."""
    return JSONResponse({"error": message}, status)


def throttled_answer() -> Response:
    """Too many."""
    return error_answer(429, "too many")


def authorized(text: str) -> dict[str, Any]:
    """A request's `Authorization`."""
    return {"headers": {"Authorization": text}}


@pytest.fixture
def world() -> World:
    """A world without a market, whose clock stands still unless it is moved."""

    class Still(World):
        def clock(self) -> float:
            return 1_000.0 + self.seconds_ahead

    return Still({}, Store(Path("nowhere")))


def client_of(world: World, *dependencies: Any, tokens: access.Tokens | None = None) -> TestClient:
    """A client of one guarded page, `/page`, and of the token desk."""
    guarded = APIRouter(prefix=BASE, dependencies=list(dependencies))

    @guarded.get("/page")
    def page(request: Request) -> Response:
        return conditional(
            request, JSONResponse({"address": paging.address(request, page=2, gone=None)}), CHANGED
        )

    @guarded.get("/list")
    def listed(request: Request) -> Response:
        size = paging.whole_number(request.query_params, "size", 2, 1, 3, error_answer)
        rows, following = paging.page_after(
            [1, 2, 3, 4, 5], request.query_params.get("cursor"), size, error_answer
        )
        request.state.headers |= paging.link_header(request, "page", 2, 3)
        return JSONResponse({"rows": rows, "next": following})

    app = FastAPI()
    if tokens is not None:
        desk = APIRouter(prefix=BASE)
        tokens.add_route(desk, "/token")
        app.include_router(desk)
    app.include_router(guarded)
    app.add_exception_handler(Refused, answer_of)
    app.add_middleware(Misbehaviour, book=FaultBook())
    return TestClient(app)


@pytest.mark.parametrize(
    ("dependency", "good", "bad"),
    [
        (access.bearer(error_answer), authorized(f"Bearer {KEY}"), authorized(KEY)),
        (access.bearer(error_answer, scheme="PB-Token"), authorized(f"PB-Token {KEY}"), {}),
        (access.header("X-Key", error_answer), {"headers": {"X-Key": KEY}}, {"headers": {"X-Key": "guess"}}),
        (access.query("key", error_answer), {"params": {"key": KEY}}, {"params": {"key": "guess"}}),
        (access.basic(error_answer), {"auth": (EMAIL, KEY)}, {"auth": (EMAIL, "guess")}),
        (access.basic(error_answer), {"auth": (EMAIL, KEY)}, authorized("Basic !!")),
    ],
)
def test_only_who_has_the_key_is_answered(
    world: World, dependency: Any, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    client = client_of(world, dependency)
    assert client.get(f"{BASE}/page", **good).status_code == 200
    for wrong in (bad, {}):
        refused = client.get(f"{BASE}/page", **wrong)
        assert refused.status_code == 401
        assert list(refused.json()) == ["error"]


def test_a_reader_without_a_name_is_forbidden(world: World) -> None:
    client = client_of(world, access.user_agent(error_answer))
    assert client.get(f"{BASE}/page").status_code == 403
    assert client.get(f"{BASE}/page", headers={"User-Agent": "us me@example.org"}).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"data": {"grant_type": "client_credentials", "client_id": EMAIL, "client_secret": KEY}},
        {"json": {"grant_type": "client_credentials", "client_id": EMAIL, "client_secret": KEY}},
        {"data": {"grant_type": "client_credentials"}, "auth": (EMAIL, KEY)},
    ],
)
def test_a_token_is_sold_for_the_key_and_ends(world: World, asked: dict[str, Any]) -> None:
    tokens = access.Tokens(world, error_answer, seconds=60)
    client = client_of(world, tokens.needed(), tokens=tokens)
    assert client.get(f"{BASE}/page").status_code == 401
    sold = client.post(f"{BASE}/token", **asked).json()
    assert (sold["token_type"], sold["expires_in"]) == ("Bearer", 60)
    with_token = {"Authorization": f"Bearer {sold['access_token']}"}
    assert client.get(f"{BASE}/page", headers=with_token).status_code == 200
    world.seconds_ahead += 60
    assert client.get(f"{BASE}/page", headers=with_token).status_code == 401


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"data": {"grant_type": "password", "client_id": EMAIL, "client_secret": KEY}},
        {"content": b"\xff"},
    ],
)
def test_a_token_is_not_sold_for_less(world: World, asked: dict[str, Any]) -> None:
    tokens = access.Tokens(world, error_answer)
    assert client_of(world, tokens.needed(), tokens=tokens).post(f"{BASE}/token", **asked).status_code == 401


def test_limits_slide_and_are_told_in_headers(world: World) -> None:
    words = {"X-Limit": "limit", "X-Left": "remaining", "X-Reset": "reset_seconds", "X-Epoch": "reset_epoch"}
    limits = [Limit(2, MINUTE), Limit(3, HOUR)]
    client = client_of(
        world, limited(world, "arbeitnow", limits, throttled_answer, headers=words, retry_after=True)
    )
    first = client.get(f"{BASE}/page")
    assert [first.headers[name] for name in words] == ["2", "1", "60", "1060"]
    world.seconds_ahead += 30
    assert client.get(f"{BASE}/page").headers["X-Reset"] == "30"
    throttled = client.get(f"{BASE}/page")
    assert (throttled.status_code, throttled.headers["Retry-After"], throttled.headers["X-Left"]) == (
        429,
        "30",
        "0",
    )
    world.seconds_ahead += 300
    full = client.get(f"{BASE}/page")
    assert full.status_code == 429, "the hour's limit counts what the minute's refused"
    assert full.headers["Retry-After"] == str(HOUR - 330)
    assert world.throttled == {"arbeitnow": 2}
    world.seconds_ahead += HOUR
    assert client.get(f"{BASE}/page").status_code == 200


def test_credits_weigh_more_than_calls(world: World) -> None:
    def cost(request: Request) -> int:
        return int(request.query_params.get("rows", 1))

    client = client_of(world, limited(world, "arbeitnow", [Limit(10, HOUR)], throttled_answer, cost=cost))
    assert client.get(f"{BASE}/page", params={"rows": 10}).status_code == 200
    assert client.get(f"{BASE}/page").status_code == 429
    world.has_quotas = False
    assert client.get(f"{BASE}/page").status_code == 200


def test_who_brings_no_key_has_limits_of_their_own(world: World) -> None:
    limit = limited(
        world,
        "arbeitnow",
        [Limit(2, HOUR)],
        throttled_answer,
        has_key=lambda request: "Authorization" in request.headers,
        without_key=[Limit(1, HOUR)],
    )
    client = client_of(world, limit)
    assert [client.get(f"{BASE}/page").status_code for _ in range(2)] == [200, 429]
    keyed = [client.get(f"{BASE}/page", **authorized("Bearer us")).status_code for _ in range(3)]
    assert keyed == [200, 200, 429]


def test_a_cursor_walks_to_the_end_and_a_made_up_one_is_refused(world: World) -> None:
    client = client_of(world)
    rows: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get(f"{BASE}/list", params=cursor).json()
        rows += page["rows"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert rows == [1, 2, 3, 4, 5]
    last = client.get(f"{BASE}/list", params={"cursor": paging.cursor_of(3), "size": 2}).json()
    assert last == {"rows": [4, 5], "next": None}, "a full page can be the last"
    for wrong in ("?", "bm8", "e30="):
        assert client.get(f"{BASE}/list", params={"cursor": wrong}).status_code == 400
    for wrong in ("0", "4", "two", "٣"):
        assert client.get(f"{BASE}/list", params={"size": wrong}).status_code == 400


def test_links_and_addresses_keep_what_was_asked(world: World) -> None:
    client = client_of(world)
    links = client.get(f"{BASE}/list", params={"size": 1}).links
    assert {name: link["url"].split("?")[1] for name, link in links.items()} == {
        "prev": "size=1&page=1",
        "next": "size=1&page=3",
        "last": "size=1&page=3",
        "first": "size=1&page=1",
    }
    address = client.get(f"{BASE}/page", params={"a": "x y", "gone": 1, "page": 1}).json()["address"]
    assert address == "http://testserver/arbeitnow/page?a=x+y&page=2"


def test_what_a_client_has_is_not_sent_again(world: World) -> None:
    client = client_of(world)
    first = client.get(f"{BASE}/page")
    assert first.headers["Last-Modified"] == "Fri, 20 Nov 2026 10:00:00 GMT"
    for header in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"x", W/{first.headers["ETag"]}'},
        {"If-Modified-Since": "Fri, 20 Nov 2026 10:00:00 GMT"},
    ):
        kept = client.get(f"{BASE}/page", headers=header)
        assert (kept.status_code, kept.content) == (304, b""), header
    for header in (
        {"If-None-Match": '"x"', "If-Modified-Since": "Fri, 20 Nov 2026 10:00:00 GMT"},
        {"If-Modified-Since": "Fri, 20 Nov 2026 09:59:59 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        assert client.get(f"{BASE}/page", headers=header).status_code == 200, header


def test_shapes_are_compared_as_deep_as_they_go() -> None:
    real = [
        {"id": 1, "place": {"city": "Rome"}, "pay": None, "tags": [{"n": 1}]},
        {"id": 2, "place": {"city": "Bari"}},
    ]
    assert differences([{"id": 1.5, "place": {"city": "x"}, "pay": 3}], real) == []
    assert differences([{"id": "1", "place": {"city": None, "zip": 1}, "tags": [{"m": 1}]}], real) == [
        "id: ['text'], in real records ['number']",
        "place.city: null, in real records never",
        "place.zip: real records don't have it",
        "tags[].m: real records don't have it",
        "tags[].n: real records always have it",
    ]
    assert differences([{"place": {}}], real, without=["id", "place.city"]) == []
    assert differences([{"id": 1, "place": {"city": "x"}, "more": {"a": 1}}], real, beside=["more"]) == []
    assert unreached([{"id": 1}], real) == {"place", "place.city", "pay", "tags", "tags[]", "tags[].n"}
    with pytest.raises(AssertionError, match="nothing to compare"):
        differences([], real)
