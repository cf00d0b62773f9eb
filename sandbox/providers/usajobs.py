"""USAJOBS: open vacancies (`/Search`: key in headers, silent cap) and past ones (`/HistoricJoa`: no key)."""

import base64
import binascii
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from sandbox.providers.usajobs_records import announcement_text, historic_record, search_item
from sandbox.world import EMAIL, KEY, World

BASE = "/usajobs/api"
PAGE_SIZE, LARGEST_PAGE_SIZE = 250, 500
HISTORIC_PAGE_SIZE, LARGEST_HISTORIC_PAGE_SIZE = 500, 1_000
DAY_FORMATS = ("%Y-%m-%d", "%m-%d-%Y")


def records_path(path: str) -> str:
    """Where the records of an answer lie."""
    return "data" if "historicjoa" in path.lower() else "SearchResult.SearchResultItems"


def throttled_answer() -> Response:
    """Busy: a 503 without a hint, as happens now and then."""
    return PlainTextResponse("Service Unavailable", 503)


def empty_answer(path: str) -> Response:
    """No hits: an empty list in search, plain text in history."""
    if "historicjoa" in path.lower():
        return PlainTextResponse("204 No Content")
    return JSONResponse(search_body([], 0, 1))


def create_router(world: World) -> APIRouter:
    """The routes of this provider; paths are taken in either case of letters, as the provider does."""
    router = APIRouter(prefix=BASE)

    @router.get("/Search")
    @router.get("/search")
    def search(request: Request) -> Response:
        headers = request.headers
        if headers.get("Authorization-Key") != KEY or headers.get("User-Agent") != EMAIL:
            return PlainTextResponse("Unauthorized: check Authorization-Key and User-Agent", 401)
        try:
            return searched(world, dict(request.query_params))
        except ValueError as fault:
            return PlainTextResponse(f"Bad request: {fault}", 400)

    @router.get("/HistoricJoa/AnnouncementText")
    @router.get("/historicjoa/announcementtext")
    def announcement_texts(request: Request) -> Response:
        return historic(world, request, announcement_text)

    @router.get("/HistoricJoa")
    @router.get("/historicjoa")
    def historic_announcements(request: Request) -> Response:
        return historic(world, request, historic_record)

    return router


def number_between(asked: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    """A whole number among the parameters; raises ValueError outside its bounds."""
    text = asked.get(name, str(default))
    if not text.isdigit() or not low <= int(text) <= high:
        raise ValueError(f"{name} must be between {low} and {high}")
    return int(text)


def searched(world: World, asked: dict[str, str]) -> Response:
    """Open vacancies that match; beyond the cap a page is simply empty, while the total says the truth."""
    page = number_between(asked, "Page", 1, 1, 1_000_000)
    size = number_between(asked, "ResultsPerPage", PAGE_SIZE, 1, LARGEST_PAGE_SIZE)
    today = world.today.isoformat()
    conditions, values = ["opened <= ?", "json_extract(facts, '$.closed') >= ?"], [today, today]
    if asked.get("DatePosted"):
        days = number_between(asked, "DatePosted", 0, 0, 60)
        conditions.append("opened >= ?")
        values.append((world.today - timedelta(days=days)).isoformat())
    if asked.get("JobCategoryCode"):
        several = asked["JobCategoryCode"].split(";")
        conditions.append(f"series in ({','.join('?' * len(several))})")
        values.extend(several)
    for parameter, field in (("Keyword", "title"), ("PositionTitle", "title"), ("LocationName", "city")):
        if asked.get(parameter):
            conditions.append(f"instr(lower(json_extract(facts, '$.{field}')), lower(?)) > 0")
            values.append(asked[parameter])
    where = " and ".join(conditions)
    total = world.store.number(f"select count(*) from postings where {where}", *values)
    skip = (page - 1) * size
    room = max(min(size, world.search_cap - skip), 0)
    order = "desc" if asked.get("SortDirection", "asc").lower().startswith("desc") else "asc"
    query = (
        f"select facts from postings where {where} "
        f"order by opened {order}, control_number {order} limit ? offset ?"
    )
    items = [search_item(facts) for facts in world.store.facts(query, *values, room, skip)]
    pages = -(-min(total, world.search_cap) // size)
    return JSONResponse(search_body(items, total, pages))


def search_body(items: list[dict[str, Any]], total: int, pages: int) -> dict[str, Any]:
    """The envelope of a search."""
    return {
        "LanguageCode": "EN",
        "SearchParameters": {},
        "SearchResult": {
            "SearchResultCount": len(items),
            "SearchResultCountAll": total,
            "SearchResultItems": items,
            "UserArea": {"NumberOfPages": str(pages), "IsRadialSearch": False},
        },
    }


def day_of(asked: dict[str, str], name: str) -> date | None:
    """A day among the parameters, as `YYYY-MM-DD` or `MM-DD-YYYY`."""
    text = asked.get(name.lower())
    if not text:
        return None
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise ValueError(f"{name} is not a date")


def token_of(opened: str, number: int) -> str:
    """The token that continues after a row: opaque, and with signs that need encoding."""
    return base64.b64encode(f"{opened}>{number}??".encode()).decode()


def position_of(token: str) -> tuple[str, int]:
    """The row a token continues after; raises ValueError for one that was encoded twice or made up."""
    try:
        opened, number = base64.b64decode(token, validate=True).decode().removesuffix("??").split(">")
        return opened, int(number)
    except (binascii.Error, UnicodeDecodeError) as fault:
        raise ValueError("continuationtoken is not valid") from fault


def historic(world: World, request: Request, shape: Any) -> Response:
    """Vacancies that opened within a range of days, page by page through `paging.next`."""
    asked = {name.lower(): value for name, value in request.query_params.items()}
    try:
        start, end = day_of(asked, "StartPositionOpenDate"), day_of(asked, "EndPositionOpenDate")
        size = number_between(asked, "pagesize", HISTORIC_PAGE_SIZE, 1, LARGEST_HISTORIC_PAGE_SIZE)
        after = position_of(asked["continuationtoken"]) if "continuationtoken" in asked else ("", 0)
    except ValueError as fault:
        return PlainTextResponse(f"Bad request: {fault}", 400)
    low = start.isoformat() if start else "0000"
    high = min(end or world.today, world.today).isoformat()
    conditions, values = "opened between ? and ?", [low, high]
    if asked.get("positionseries"):
        conditions += " and series = ?"
        values.append(asked["positionseries"])
    total = world.store.number(f"select count(*) from postings where {conditions}", *values)
    if total == 0:
        return PlainTextResponse("204 No Content")
    rows = world.store.facts(
        f"select facts from postings where {conditions} and (opened, control_number) > (?, ?) "
        "order by opened, control_number limit ?",
        *values,
        *after,
        size + 1,
    )
    page = rows[:size]
    metadata: dict[str, Any] = {"totalCount": total, "pageSize": size}
    paging: dict[str, Any] = {"metadata": metadata}
    if len(rows) > size:
        token = token_of(page[-1]["opened"], page[-1]["id"])
        kept = [
            f"{name}={quote(value, safe='')}"
            for name, value in request.query_params.items()
            if name.lower() != "continuationtoken"
        ]
        metadata["continuationToken"] = token
        query = "&".join([*kept, f"continuationtoken={quote(token, safe='')}"])
        paging["next"] = f"{request.url.path}?{query}"
    return JSONResponse({"paging": paging, "data": [shape(facts, world.today) for facts in page]})
