"""Remotive: all open remote jobs in one answer, pay and places in free text; haste is blocked."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from sandbox.serving.limits import MINUTE, Limit, limited
from sandbox.serving.paging import whole_number
from sandbox.world import World

BASE = "/remotive/api"
RECORDS = "jobs"
LIMITS = [Limit(2, MINUTE)]
CATEGORIES = {
    "software": "Software Development",
    "data": "Data Analysis",
    "finance": "Finance / Legal",
    "marketing": "Marketing",
    "sales": "Sales / Business",
    "design": "Design",
}
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def error_answer(status: int, message: str) -> Response:
    """An error; nobody has written down how they look."""
    return JSONResponse({"error": message}, status)


def throttled_answer() -> Response:
    """A block: a web page."""
    return HTMLResponse("<html><body>Forbidden</body></html>", 403)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    router = APIRouter(prefix=BASE, dependencies=[limited(world, "remotive", LIMITS, throttled_answer)])

    @router.get("/remote-jobs")
    def remote_jobs(request: Request) -> Response:
        asked = request.query_params
        limit = whole_number(asked, "limit", 100_000, 1, 100_000, error_answer)
        found = [record(world, job) for job in world.seen("remotive")]
        if "category" in asked:
            found = [job for job in found if asked["category"] in (job["category"], slug(job["category"]))]
        word = asked.get("search", "").lower()
        company = asked.get("company_name", "").lower()
        found = [
            job
            for job in found
            if word in (job["title"] + job["description"]).lower() and company in job["company_name"].lower()
        ]
        return JSONResponse(
            {
                "00-warning": "These jobs are invented.",
                "0-legal-notice": "Invented jobs of a sandbox.",
                "job-count": len(found[:limit]),
                "total-job-count": len(found),
                "jobs": found[:limit],
            }
        )

    @router.get("/remote-jobs/categories")
    def categories() -> Response:
        names = [*CATEGORIES.values(), "All others"]
        found = [{"id": place, "name": name, "slug": slug(name)} for place, name in enumerate(names, 1)]
        return JSONResponse({"job-count": len(found), "total-job-count": len(found), "jobs": found})

    return router


def slug(name: str) -> str:
    """A category's word in an address."""
    return "-".join(name.lower().replace("/", " ").split())


def record(world: World, job: dict[str, Any]) -> dict[str, Any]:
    """A job; half may be done from anywhere, the others from one country or two."""
    number, address = job["id"], f"https://remotive.example/remote-jobs/{job['family']}/{job['id']}"
    places = ("Worldwide", "Worldwide", f"{job['country_name']} Only", f"Europe, {job['country_name']}")
    return {
        "id": number,
        "url": address,
        "title": job["title"],
        "company_name": job["company_name"],
        "company_logo": f"{address}/logo",
        "category": CATEGORIES.get(job["family"], "All others"),
        "tags": [escape(skill.lower()) for skill in [*job["required"], *job["preferred"]]],
        "job_type": "full_time" if world.chance("remotive: type", number) < 0.9 else "contract",
        "publication_date": job["visible_from"].removesuffix("Z"),
        "candidate_required_location": places[int(4 * world.chance("remotive: place", number))],
        "salary": salary(job),
        "description": job["description"],
    }


def salary(job: dict[str, Any]) -> str:
    """Pay as a text, empty where it isn't told."""
    if job["pay_low"] is None:
        return ""
    low, high, sign = round(job["pay_low"]), round(job["pay_high"]), SIGNS.get(job["currency"], "")
    return (
        f"{sign}{low // 1_000}k - {sign}{high // 1_000}k"
        if job["id"] % 4
        else f"{sign}{low:,} - {sign}{high:,}"
    )
