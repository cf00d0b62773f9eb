"""Stack Exchange API 2.3: tags and synonyms. Numbered pages, `has_more`, quota and `backoff` in the body.

Every answer is gzip, and every error is status 400 with its own number in the body, as the provider does it.
"""

import gzip
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from sandbox.world import KEY, World

BASE = "/stack_overflow/2.3"
RECORDS = "items"
PAGE_SIZE, LARGEST_PAGE_SIZE = 30, 100
LAST_PAGE_WITHOUT_KEY = 25
QUOTA_WITH_KEY, QUOTA_WITHOUT_KEY = 10_000, 300
CALLS_BETWEEN_BACKOFFS = 20
SORT_COLUMNS = {"popular": "uses", "name": "name", "activity": "json_extract(facts, '$.last_activity_date')"}


class Refusal(Exception):
    """An error answer: number, name and message as they stand in the body."""

    def __init__(self, number: int, name: str, message: str) -> None:
        super().__init__(message)
        self.body = {"error_id": number, "error_name": name, "error_message": message}


def packed(status: int, body: dict[str, Any]) -> Response:
    """An answer, compressed whatever the client accepts."""
    headers = {"Content-Encoding": "gzip"}
    content = gzip.compress(orjson.dumps(body), compresslevel=3, mtime=0)
    return Response(content, status, headers, media_type="application/json; charset=utf-8")


def error_answer(status: int, message: str) -> Response:
    """An error by its number: the status is always 400."""
    return packed(400, Refusal(status, "access_denied" if status < 500 else "internal_error", message).body)


def throttled_answer() -> Response:
    """Too fast: status 400, the wait only in the text."""
    return packed(400, Refusal(502, "throttle_violation", throttle_text(2)).body)


def quota_gone_answer() -> Response:
    """The day's quota is used up: the same error with a long wait."""
    return packed(400, Refusal(502, "throttle_violation", throttle_text(17_524)).body)


def throttle_text(seconds: int) -> str:
    """The provider's words for a wait."""
    return f"too many requests from this IP, more requests available in {seconds} seconds"


def empty_answer(path: str) -> Response:
    """A page without rows."""
    return packed(
        200, {"items": [], "has_more": False, "quota_max": QUOTA_WITH_KEY, "quota_remaining": 9_000}
    )


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    router = APIRouter(prefix=BASE)

    @router.get("/tags")
    def tags(request: Request) -> Response:
        return _answer(world, request, _tags)

    @router.get("/tags/synonyms")
    def synonyms(request: Request) -> Response:
        return _answer(world, request, _synonyms)

    @router.get("/tags/{names}/info")
    def tag_details(names: str, request: Request) -> Response:
        def chosen(world: World, asked: dict[str, str], size: int, skip: int) -> list[dict[str, Any]]:
            several = names.split(";")[:20]
            marks = ",".join("?" * len(several))
            query = f"select facts from tags where name in ({marks}) order by uses desc limit ? offset ?"
            return world.store.facts(query, *several, size, skip)

        return _answer(world, request, chosen)

    return router


def _answer(world: World, request: Request, read: Any) -> Response:
    asked = dict(request.query_params)
    try:
        page, size = _checked(asked)
        items = read(world, asked, size + 1, (page - 1) * size)
    except Refusal as refusal:
        return packed(400, refusal.body)
    calls = world.count_call("stack_overflow")
    quota = QUOTA_WITH_KEY if asked.get("key") else QUOTA_WITHOUT_KEY
    body: dict[str, Any] = {"items": items[:size], "has_more": len(items) > size}
    if calls % CALLS_BETWEEN_BACKOFFS == 0:
        body["backoff"] = 1
    return packed(200, body | {"quota_max": quota, "quota_remaining": max(quota - calls, 0)})


def _checked(asked: dict[str, str]) -> tuple[int, int]:
    """(page, page size) of a request that may be answered."""
    if asked.get("site") != "stackoverflow":
        raise Refusal(400, "bad_parameter", "site is required")
    if asked.get("key") not in (None, KEY):
        raise Refusal(400, "bad_parameter", "`key` doesn't match a known application")
    page, size = _number(asked, "page", 1), _number(asked, "pagesize", PAGE_SIZE)
    if page < 1:
        raise Refusal(400, "bad_parameter", "page")
    if not 0 <= size <= LARGEST_PAGE_SIZE:
        raise Refusal(400, "bad_parameter", "pagesize")
    if page > LAST_PAGE_WITHOUT_KEY and "key" not in asked:
        raise Refusal(403, "access_denied", "page above 25 requires access token or app key")
    return page, size


def _number(asked: dict[str, str], name: str, default: int) -> int:
    try:
        return int(asked.get(name, default))
    except ValueError:
        raise Refusal(400, "bad_parameter", name) from None


def _direction(asked: dict[str, str]) -> str:
    order = asked.get("order", "desc")
    if order not in ("asc", "desc"):
        raise Refusal(400, "bad_parameter", "order")
    return order


def _tags(world: World, asked: dict[str, str], size: int, skip: int) -> list[dict[str, Any]]:
    sort = asked.get("sort", "popular")
    if sort not in SORT_COLUMNS:
        raise Refusal(400, "bad_parameter", "sort")
    column, direction = SORT_COLUMNS[sort], _direction(asked)
    conditions: list[str] = ["instr(name, ?) > 0"]
    values: list[str | int] = [asked.get("inname", "")]
    for bound, sign in (("min", ">="), ("max", "<=")):
        if bound in asked:
            conditions.append(f"{column} {sign} ?")
            values.append(asked[bound] if sort == "name" else _number(asked, bound, 0))
    query = (
        f"select facts from tags where {' and '.join(conditions)} "
        f"order by {column} {direction}, name {direction} limit ? offset ?"
    )
    return world.store.facts(query, *values, size, skip)


def _synonyms(world: World, asked: dict[str, str], size: int, skip: int) -> list[dict[str, Any]]:
    if asked.get("sort", "creation") not in ("creation", "applied", "activity"):
        raise Refusal(400, "bad_parameter", "sort")
    low, high = _number(asked, "min", 0), _number(asked, "max", 2**40)
    direction = _direction(asked)
    query = (
        "select facts from synonyms where created between ? and ? "
        f"order by created {direction}, from_tag {direction} limit ? offset ?"
    )
    return world.store.facts(query, low, high, size, skip)
