"""Hacker News by Algolia's search: hiring threads, first lines by custom, 1,000 hits at most."""

import re
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.serving.paging import pages_of, whole_number
from sandbox.serving.refusal import Refused
from sandbox.world import World

BASE = "/hacker_news_who_is_hiring/api/v1"
RECORDS = "hits"
PROVIDER = "hacker_news_who_is_hiring"
MOST_HITS = 1_000
FIRST_COMMENT = 45_000_000
FILTER = re.compile(r"(created_at_i|parent_id)(>=|<=|<|>|=)(\d+)")
KINDS = ("Who is hiring?", "Who wants to be hired?", "Freelancer? Seeking freelancer?")


def error_answer(status: int, message: str) -> Response:
    """An error: a sentence and its status."""
    return JSONResponse({"message": message, "status": status}, status)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    router = APIRouter(prefix=BASE)

    @router.get("/search_by_date")
    def search(request: Request) -> Response:
        asked = dict(request.query_params)
        size = whole_number(asked, "hitsPerPage", 20, 1, MOST_HITS, error_answer)
        page = whole_number(asked, "page", 0, 0, 1_000_000, error_answer)
        filters = filters_of(asked.get("numericFilters", ""))
        tags = set(asked.get("tags", "").split(","))
        threads = [hit for hit in threads_of(world) if fits(hit["created_at_i"], filters)]
        if "story" in tags:
            hits, total = threads[page * size : (page + 1) * size], len(threads)
        else:
            hits, total = comments_of(world, tags, filters, size, page * size)
        shown = min(total, MOST_HITS)
        body = {"hits": hits[: max(0, shown - page * size)], "nbHits": total, "page": page}
        more = {"nbPages": pages_of(shown, size), "hitsPerPage": size, "processingTimeMS": 9}
        return JSONResponse(body | more)

    return router


def filters_of(text: str) -> list[tuple[str, str, int]]:
    """Field, comparison and number of each filter; refused with 400 where one can't be read."""
    found = [FILTER.fullmatch(part.strip()) for part in text.split(",") if part.strip()]
    if None in found:
        raise Refused(error_answer(400, "invalid numeric attribute in numericFilters"))
    return [(match[1], match[2], int(match[3])) for match in found if match]


def fits(moment: int, filters: list[tuple[str, str, int]]) -> bool:
    """Whether an instant passes the filters on it."""
    compared = {
        ">=": moment.__ge__,
        "<=": moment.__le__,
        "<": moment.__lt__,
        ">": moment.__gt__,
        "=": moment.__eq__,
    }
    return all(compared[sign](number) for name, sign, number in filters if name == "created_at_i")


def threads_of(world: World) -> list[dict[str, Any]]:
    """The account's threads of each month of history, newest first: for those who hire, and others."""
    first = date.fromisoformat(world.market["history_start"][:10]).replace(day=1)
    months = sorted(
        {(first + timedelta(days=n)).replace(day=1) for n in range((world.today - first).days + 1)}
    )
    return [
        hit
        for month in reversed(months)
        for hit in thread_hits(month)
        if hit["created_at_i"] <= world.now.timestamp()
    ]


def thread_hits(month: date) -> list[dict[str, Any]]:
    """The three threads that open on a month's first weekday, within seconds."""
    opened = month + timedelta(days={5: 2, 6: 1}.get(month.weekday(), 0))
    moment = datetime(opened.year, opened.month, opened.day, 15, 1, 17, tzinfo=UTC)
    number = int(f"{month:%Y%m}00")
    return [
        {"objectID": str(number + place), "title": f"Ask HN: {kind} ({month:%B %Y})", "author": "whoishiring",
         "created_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "created_at_i": int(moment.timestamp()),
         "_tags": ["story", "author_whoishiring", f"story_{number + place}"]}
        for place, kind in enumerate(KINDS)
    ]  # fmt: skip


def comments_of(
    world: World, tags: set[str], filters: list[tuple[str, str, int]], size: int, offset: int
) -> tuple[list[dict[str, Any]], int]:
    """A page of a hiring thread's comments, newest first, and how many there are; one in ten is a reply."""
    hiring = [hit for hit in reversed(threads_of(world)) if hit["objectID"].endswith("00")]
    places = [n for n, hit in enumerate(hiring) if f"story_{hit['objectID']}" in tags]
    if not places:
        return [], 0
    thread = hiring[places[0]]
    following = hiring[places[0] + 1]["created_at"] if places[0] + 1 < len(hiring) else "9999"
    clauses, values = ["s.visible_from >= ? and s.visible_from < ?"], [thread["created_at"], following]
    for name, sign, number in filters:
        if name == "parent_id":
            clauses.append("s.id % 10 != 9" if number == int(thread["objectID"]) else "false")
        else:
            clauses.append(f"s.visible_from {sign} ?")
            values.append(f"{datetime.fromtimestamp(number, UTC):%Y-%m-%dT%H:%M:%SZ}")
    where = " and ".join(clauses)
    jobs = world.seen(PROVIDER, where, *values, limit=size, offset=offset, past=True)
    hits = [comment(world, job, thread) for job in jobs]
    return hits, world.count_seen(PROVIDER, where, *values, past=True)


def comment(world: World, job: dict[str, Any], thread: dict[str, Any]) -> dict[str, Any]:
    """A comment; one in fifty has been deleted, one in fifteen keeps to no custom."""
    story = int(thread["objectID"])
    is_reply = job["id"] % 10 == 9
    text: str | None = "Is this remote from anywhere?" if is_reply else post(world, job)
    if world.chance("hacker news: deleted", job["id"]) < 0.02:
        text = None
    moment = datetime.fromisoformat(job["visible_from"])
    return {
        "objectID": str(FIRST_COMMENT + job["id"]),
        "created_at": job["visible_from"],
        "created_at_i": int(moment.timestamp()),
        "author": f"user{job['id']}",
        "comment_text": text,
        "story_id": story,
        "parent_id": FIRST_COMMENT + job["id"] - 1 if is_reply else story,
        "story_title": thread["title"],
        "story_url": None,
        "points": None,
        "_tags": ["comment", f"author_user{job['id']}", f"story_{story}"],
    }


def post(world: World, job: dict[str, Any]) -> str:
    """What an employer writes."""
    name = world.every_employer[job["employer"]]["short_name"]
    if world.chance("hacker news: custom", job["id"]) < 1 / 15:
        return (
            f"{escape(name)} is looking for people who like what they do. Write to jobs@example.org<p>Thanks"
        )
    place = f"{job['city']}, {job['region'] if job['country'] == 'US' else job['country_name']}"
    work = ("REMOTE", f"{place} or REMOTE")[job["id"] % 2] if job["is_remote"] else f"{place} | ONSITE"
    parts = [name, job["title"], work, "Full-time"]
    if job["pay_low"] is not None:
        sign = {"USD": "$", "EUR": "€", "GBP": "£"}.get(job["currency"], f"{job['currency']} ")
        parts.append(f"{sign}{job['pay_low'] / 1_000:.0f}k-{sign}{job['pay_high'] / 1_000:.0f}k")
    address = escape(world.every_employer[job["employer"]]["website"]).replace("/", "&#x2F;")
    link = f'<a href="{address}" rel="nofollow">{address}</a>'
    return (
        f"{escape(' | '.join(parts))} | {link}<p>{job['description'].removeprefix('<p>').replace('</p>', '')}"
    )
