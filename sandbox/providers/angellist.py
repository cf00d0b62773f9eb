"""AngelList API 1 as it was: a token in the query, numbered pages, tags for everything."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.serving import access
from sandbox.serving.limits import HOUR, Limit, limited
from sandbox.serving.paging import pages_of, whole_number
from sandbox.world import World

BASE = "/angellist/1"
RECORDS = "jobs"
PER_PAGE = 50
LIMITS = [Limit(100, HOUR)]
NAMES = {400: "bad_request", 401: "access_denied", 403: "access_denied", 404: "not_found", 429: "over_limit"}
TYPES = {"intern": "internship"}


def error_answer(status: int, message: str) -> Response:
    """An error in OAuth's words."""
    return JSONResponse({"error": NAMES.get(status, "error"), "error_description": message}, status)


def throttled_answer() -> Response:
    """The hour's calls are spent; nothing says for how long."""
    body = {"error": "over_limit", "error_description": "You have exceeded the hourly limit"}
    return JSONResponse(body, 403)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    key = access.query("access_token", error_answer)
    hour = limited(world, "angellist", LIMITS, throttled_answer)
    router = APIRouter(prefix=BASE, dependencies=[key, hour])

    @router.get("/jobs")
    def jobs(request: Request) -> Response:
        page = whole_number(dict(request.query_params), "page", 1, 1, 100_000, error_answer)
        total = world.count_seen("angellist")
        found = world.seen("angellist", order="s.id", limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
        body = {"total": total, "per_page": PER_PAGE, "page": page, "last_page": pages_of(total, PER_PAGE)}
        return JSONResponse({"jobs": [record(world, job) for job in found], **body})

    @router.get("/startups/{number}")
    def startup(number: int) -> Response:
        employers = [one for one in world.employers("angellist") if one["rank"] == number]
        return (
            JSONResponse(startup_of(world, employers[0]))
            if employers
            else error_answer(404, "no such startup")
        )

    return router


def record(world: World, job: dict[str, Any]) -> dict[str, Any]:
    """A job; titles trail blanks now and then, and interns' pay is a month's without a word."""
    kind = TYPES.get(job["level"], "full-time")
    months = 12 if kind == "internship" else 1
    pay = [None if amount is None else round(amount / months) for amount in (job["pay_low"], job["pay_high"])]
    drawn = world.chance("angellist: equity", job["id"])
    return {
        "id": job["id"],
        "title": f"{job['title']} " if job["id"] % 7 == 0 else job["title"],
        "description": job["description"],
        "created_at": job["visible_from"],
        "updated_at": job["updated_at"],
        "equity_cliff": "1.0",
        "equity_min": f"{drawn:.1f}" if drawn > 0.3 else None,
        "equity_max": f"{2 * drawn:.1f}" if drawn > 0.3 else None,
        "equity_vest": "4.0",
        "currency_code": job["currency"],
        "job_type": kind,
        "salary_min": pay[0],
        "salary_max": pay[1],
        "remote_ok": job["is_remote"],
        "angellist_url": f"https://angel.example/jobs?startup_id={job['employer']}",
        "tags": tags_of(job),
        "startup": startup_of(world, world.every_employer[job["employer"]]),
    }


def tags_of(job: dict[str, Any]) -> list[dict[str, Any]]:
    """Skills, the place and the role, told apart by their type only."""
    told = [("SkillTag", name, name) for name in [*job["required"], *job["preferred"]]]
    told += [
        ("LocationTag", f"{job['city']}, {job['region']}".lower(), job["city"]),
        ("RoleTag", job["family"], job["family"].title()),
    ]
    return [
        {"id": 1_000 * job["id"] + place, "tag_type": kind, "name": name.lower(), "display_name": shown,
         "angellist_url": f"https://angel.example/{name.replace(' ', '-')}"}
        for place, (kind, name, shown) in enumerate(told)
    ]  # fmt: skip


def startup_of(world: World, employer: dict[str, Any]) -> dict[str, Any]:
    """A start-up; one in thirty is hidden and says nothing but its id."""
    if world.chance("angellist: hidden", employer["permalink"]) < 1 / 30:
        return {"id": employer["rank"], "hidden": True}
    return {
        "id": employer["rank"],
        "hidden": False,
        "community_profile": False,
        "name": employer["short_name"],
        "angellist_url": f"https://angel.example/{employer['permalink']}",
        "logo_url": "",
        "thumb_url": "",
        "quality": 1 + employer["rank"] % 10,
        "product_desc": f"{employer['short_name']} works in {employer['industry']}.",
        "high_concept": employer["industry"],
        "follower_count": employer["rank"] * 3,
        "company_url": employer["website"],
        "created_at": f"{employer['founded_year']}-01-01T00:00:00Z",
        "updated_at": employer["updated_at"],
    }
