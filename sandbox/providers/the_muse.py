"""The Muse public API v2: pages of 20 and never a hundredth, an optional key, 403 when the hour is spent."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from sandbox.lenses import short_name
from sandbox.serving.limits import HOUR, Limit, Told, limited
from sandbox.serving.paging import pages_of, whole_number
from sandbox.serving.refusal import Refused
from sandbox.world import KEY, World

BASE = "/the_muse/api/public"
RECORDS = "results"
PER_PAGE, LAST_PAGE = 20, 99
LIMITS = [Limit(3_600, HOUR)]
LIMITS_WITHOUT_KEY = [Limit(500, HOUR)]
HEADERS: dict[str, Told] = {
    "X-RateLimit-Limit": "limit",
    "X-RateLimit-Remaining": "remaining",
    "X-RateLimit-Reset": "reset_seconds",
}
CATEGORIES = {
    "software": "Software Engineering",
    "infrastructure": "Computer and IT",
    "data": "Data and Analytics",
    "finance": "Accounting and Finance",
    "nursing": "Healthcare",
    "sales": "Sales",
    "marketing": "Advertising and Marketing",
    "design": "Design and UX",
}
OTHER_CATEGORY = "Business Operations"
LEVELS = {
    "intern": ("Internship", "internship"),
    "junior": ("Entry Level", "entry"),
    "mid": ("Mid Level", "mid"),
    "senior": ("Senior Level", "senior"),
    "lead": ("management", "management"),
}
SIZES = {"Small Size": 50, "Medium Size": 500, "Large Size": 100_000_000}


def error_answer(status: int, message: str) -> Response:
    """An error: its code and a sentence."""
    return JSONResponse({"code": status, "error": message}, status)


def throttled_answer() -> Response:
    """The hour is spent: 403, and only the headers say when it is over."""
    answer = error_answer(403, "Rate limit exceeded")
    answer.headers.update({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(HOUR)})
    return answer


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    hour = limited(
        world,
        "the_muse",
        LIMITS,
        throttled_answer,
        headers=HEADERS,
        has_key=lambda request: "api_key" in request.query_params,
        without_key=LIMITS_WITHOUT_KEY,
    )
    router = APIRouter(prefix=BASE, dependencies=[hour, Depends(check_key)])

    @router.get("/jobs")
    def jobs(request: Request) -> Response:
        wanted = {name: set(request.query_params.getlist(name)) for name in ("category", "level", "location")}
        order = "desc" if request.query_params.get("descending") == "true" else "asc"
        seen = world.seen("the_muse", order=f"s.visible_from {order}, s.id {order}")
        found = [record(world, job) for job in seen]
        fields = {"category": "categories", "level": "levels", "location": "locations"}
        for name, values in wanted.items():
            if values & known(name, found, fields[name]):
                found = [job for job in found if values & {item["name"] for item in job[fields[name]]}]
        return page_answer(request, found)

    @router.get("/jobs/{number}")
    def job(number: int) -> Response:
        found = world.seen("the_muse", "s.id = ?", number)
        return JSONResponse(record(world, found[0])) if found else error_answer(404, "Job not found")

    @router.get("/companies")
    def companies(request: Request) -> Response:
        found = [company(employer) for employer in world.employers("the_muse")]
        size = request.query_params.get("size")
        return page_answer(request, [one for one in found if size in (None, one["size"]["name"])])

    return router


def check_key(request: Request) -> None:
    """A key is optional, but a wrong one is refused."""
    if request.query_params.get("api_key", KEY) != KEY:
        raise Refused(error_answer(403, "Invalid API key"))


def known(name: str, jobs: list[dict[str, Any]], field: str) -> set[str]:
    """The values that a filter understands; one with any other is passed over."""
    if name == "category":
        return {*CATEGORIES.values(), OTHER_CATEGORY}
    if name == "level":
        return {level for level, _ in LEVELS.values()}
    return {item["name"] for job in jobs for item in job[field]}


def page_answer(request: Request, found: list[dict[str, Any]]) -> Response:
    """A page of a list, from page 0 on; what lies behind the hundredth can't be asked for."""
    page = whole_number(request.query_params, "page", 0, 0, LAST_PAGE, error_answer)
    envelope = {
        "page": page,
        "page_count": min(pages_of(len(found), PER_PAGE), LAST_PAGE),
        "items_per_page": PER_PAGE,
        "took": 12,
        "timed_out": False,
        "total": len(found),
    }
    return JSONResponse(envelope | {"results": found[page * PER_PAGE : (page + 1) * PER_PAGE]})


def record(world: World, job: dict[str, Any]) -> dict[str, Any]:
    """A posting; to be remote is a place among others."""
    level, short_level = LEVELS[job["level"]]
    places = [{"name": f"{job['city']}, {job['region']}"}]
    short = f"{'-'.join(job['title'].lower().split())}-{job['id']:x}"
    return {
        "contents": job["description"],
        "name": job["title"],
        "type": "external",
        "publication_date": job["visible_from"],
        "short_name": short,
        "model_type": "jobs",
        "id": job["id"],
        "locations": [*places, {"name": "Flexible / Remote"}] if job["is_remote"] else places,
        "categories": [{"name": CATEGORIES.get(job["family"], OTHER_CATEGORY)}],
        "levels": [{"name": level, "short_name": short_level}],
        "tags": [],
        "refs": {"landing_page": f"https://www.themuse.example/jobs/{job['employer']}/{short}"},
        "company": {
            "id": company_id(world.every_employer[job["employer"]]),
            "short_name": job["employer"],
            "name": job["company_name"],
        },
    }


def company_id(employer: dict[str, Any]) -> int:
    """The number of a company, the same in its profile and its jobs."""
    return 15_000_000 + int(employer["rank"])


def company(employer: dict[str, Any]) -> dict[str, Any]:
    """A company; its size is a word."""
    people = employer["head_count"]
    size = next(name for name, most in SIZES.items() if people <= most)
    return {
        "description": f"{short_name(employer['name'])} is an invented company.",
        "locations": [{"name": f"{employer['city']}, {employer['region']}"}],
        "industries": [{"name": employer["industry"].title()}],
        "tags": [],
        "short_name": employer["permalink"],
        "name": employer["name"],
        "publication_date": employer["updated_at"],
        "model_type": "companies",
        "id": company_id(employer),
        "size": {"name": size, "short_name": size.split()[0].lower()},
        "refs": {"landing_page": f"https://www.themuse.example/profiles/{employer['permalink']}"},
    }
