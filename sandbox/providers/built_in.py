"""Built In by the feed agreement that there might be: a token, opaque cursors, pay that is mostly a text."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.serving import access
from sandbox.serving.limits import MINUTE, Limit, limited
from sandbox.serving.paging import page_after, whole_number
from sandbox.world import World

BASE = "/built_in/v1"
RECORDS = "data"
LIMITS = [Limit(60, MINUTE)]
HEADERS = {"RateLimit-Limit": "limit", "RateLimit-Remaining": "remaining", "RateLimit-Reset": "reset_seconds"}
CODES = {
    400: "invalid_cursor",
    401: "unauthorized",
    404: "not_found",
    410: "invalid_cursor",
    429: "rate_limited",
}
LEVELS = {"intern": "Internship", "junior": "Entry level", "mid": "Mid level", "senior": "Senior level"}
Row = dict[str, Any]


def error_answer(status: int, message: str) -> Response:
    """An error: a code, a sentence and the request's number."""
    error = {"code": CODES.get(status, "error"), "message": message, "requestId": "sandbox"}
    return JSONResponse({"error": error}, status)


def throttled_answer() -> Response:
    """The minute's requests are spent."""
    return error_answer(429, "Too many requests")


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    minute = limited(world, "built_in", LIMITS, throttled_answer, headers=HEADERS, retry_after=True)  # type: ignore[arg-type]
    router = APIRouter(prefix=BASE, dependencies=[access.bearer(error_answer), minute])

    @router.get("/jobs")
    def jobs(request: Request) -> Response:
        since = request.query_params.get("updatedAfter", "")
        found = world.seen("built_in", "s.updated_at >= ?", since, order="s.updated_at, s.id", past=True)
        return page_answer(request, found, lambda job: record(world, job))

    @router.get("/companies")
    def companies(request: Request) -> Response:
        since = request.query_params.get("updatedAfter", "")
        found = [one for one in world.employers("built_in") if one["updated_at"] >= since]
        return page_answer(request, found, lambda one: company(world, one))

    return router


def page_answer(request: Request, rows: list[Row], told: Callable[[Row], Row]) -> Response:
    """The page after the cursor asked for, and the cursor that leads on."""
    asked = dict(request.query_params)
    size = whole_number(asked, "limit", 100, 1, 200, error_answer)
    page, cursor = page_after(rows, asked.get("cursor"), size, error_answer)
    return JSONResponse({"data": [told(row) for row in page], "nextCursor": cursor})


def record(world: World, job: Row) -> Row:
    """A job; pay stands in fields for one in three that tells it, and for the others in a text."""
    has_fields = job["pay_low"] is not None and job["id"] % 3 == 0
    closed_at = job["visible_until"] if job["visible_until"] <= world.market["history_end"] else None
    return {
        "id": str(job["id"]),
        "title": job["title"].replace("&", "&amp;"),
        "url": f"https://builtin.example/job/{job['id']}",
        "company": {"id": str(world.every_employer[job["employer"]]["rank"]), "name": job["company_name"]},
        "location": f"{job['city']}, {job['region']}, USA",
        "market": job["city"].lower().replace(" ", "-"),
        "workType": "Remote" if job["is_remote"] else ("In-Office", "Remote or Hybrid")[job["id"] % 2],
        "experienceLevel": LEVELS.get(job["level"], "Expert/Leader"),
        "categories": [job["family"].title()],
        "salaryText": pay_text(job) if job["pay_low"] is not None else None,
        "salaryMin": job["pay_low"] if has_fields else None,
        "salaryMax": job["pay_high"] if has_fields else None,
        "salaryCurrency": job["currency"] if has_fields else None,
        "salaryPeriod": job["pay_period"] if has_fields else None,
        "skills": [*job["required"], *job["preferred"]],
        "descriptionHtml": job["description"],
        "postedAt": job["visible_from"],
        "updatedAt": job["updated_at"],
        "closedAt": closed_at,
    }


def pay_text(job: Row) -> str:
    """Pay as the site writes it: "170K-234K Annually"."""
    return f"{job['pay_low'] / 1_000:.0f}K-{job['pay_high'] / 1_000:.0f}K Annually"


def company(world: World, employer: Row) -> Row:
    """A company; one in ten feeds its numbers as text."""
    head_count = employer["head_count"]
    return {
        "id": str(employer["rank"]),
        "slug": employer["permalink"],
        "name": employer["name"],
        "websiteUrl": employer["website"],
        "industries": [employer["industry"]],
        "yearFounded": employer["founded_year"],
        "totalEmployees": str(head_count) if employer["rank"] % 10 == 0 else head_count,
        "localEmployees": head_count // 2,
        "headquarters": {name: employer[name] for name in ("city", "region", "country")},
        "openJobs": world.count_seen("built_in", "s.employer = ?", employer["permalink"]),
        "technologies": [{"name": one["name"], "category": "Languages"} for one in world.technologies(3)],
        "benefits": ["401(k)"],
        "updatedAt": employer["updated_at"],
    }
