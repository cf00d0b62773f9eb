"""Himalayas: remote jobs newest first, twenty a page, led on by a cursor; seconds and names of countries."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.serving.limits import MINUTE, Limit, limited
from sandbox.serving.paging import cursor_of, page_after, whole_number
from sandbox.world import World

BASE = "/himalayas"
RECORDS = "jobs"
PER_PAGE = 20
# That there is a limit is documented, how much it is isn't.
LIMITS = [Limit(60, MINUTE)]
STANDS_FOR = 60 * 86_400
PERIODS = {"year": "annual", "month": "monthly", "hour": "hourly"}
LEVELS = {
    "intern": "Entry-level",
    "junior": "Entry-level",
    "mid": "Mid-level",
    "senior": "Senior",
    "lead": "Manager",
}


def error_answer(status: int, message: str) -> Response:
    """An error: not ok, and why."""
    return JSONResponse({"ok": False, "errors": message}, status)


def throttled_answer() -> Response:
    """Too fast."""
    return error_answer(429, "Too many requests")


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    router = APIRouter(prefix=BASE, dependencies=[limited(world, "himalayas", LIMITS, throttled_answer)])

    @router.get("/jobs/api")
    def jobs(request: Request) -> Response:
        asked = request.query_params
        # More than a page isn't refused but cut.
        size = min(whole_number(asked, "limit", PER_PAGE, 1, 100_000, error_answer), PER_PAGE)
        offset = whole_number(asked, "offset", 0, 0, 1_000_000, error_answer)
        found = world.seen("himalayas")
        page, cursor = page_after(found, asked.get("cursor") or cursor_of(offset), size, error_answer)
        return JSONResponse(
            {
                "comments": "Invented jobs of a sandbox.",
                "updatedAt": epoch(world.market["history_end"]),
                "nextCursor": cursor,
                "offset": offset,
                "limit": size,
                "totalCount": len(found),
                "jobs": [record(world, job) for job in page],
            }
        )

    return router


def epoch(instant: str) -> int:
    """Epoch seconds, as the answers have them; the data dictionary says milliseconds."""
    return int(datetime.fromisoformat(instant).timestamp())


def record(world: World, job: dict[str, Any]) -> dict[str, Any]:
    """A job; half may be done from anywhere, the others from one country or two."""
    number, published = job["id"], epoch(job["visible_from"])
    address = f"https://himalayas.example/companies/{job['employer']}/jobs/{number}"
    country = job["country_name"]
    places: list[str] = [[], [], [country], [country, "Iceland"]][
        int(4 * world.chance("himalayas: place", number))
    ]
    is_told = job["pay_low"] is not None
    skills = [*job["required"], *job["preferred"]]
    return {
        "title": job["title"],
        "excerpt": f"{job['company_name']} is looking for: {job['title']}.",
        "companyName": job["company_name"],
        "companySlug": job["employer"],
        "companyLogo": f"{address}/logo",
        "employmentType": "Full Time" if world.chance("himalayas: type", number) < 0.9 else "Contractor",
        "minSalary": job["pay_low"],
        "maxSalary": job["pay_high"],
        "salaryPeriod": PERIODS[job["pay_period"]] if is_told else None,
        "seniority": [LEVELS[job["level"]]],
        "currency": job["currency"] if is_told else None,
        "locationRestrictions": places,
        "timezoneRestrictions": [0, 1] if places else list(range(-11, 15)),
        "categories": [skill.replace(" ", "-") for skill in skills],
        "parentCategories": [job["family"].title()],
        "description": job["description"],
        "pubDate": published,
        "expiryDate": published + STANDS_FOR,
        "applicationLink": address,
        "guid": address,
    }
