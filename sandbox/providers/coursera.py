"""Coursera's public catalogue: courses and partners by offset, the next offset a text, no key."""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from sandbox.serving.limits import MINUTE, Limit, limited
from sandbox.serving.paging import whole_number
from sandbox.world import World

BASE = "/coursera/api"
RECORDS = "elements"
PARTNERS = 40
COURSES_PER_SUBJECT = 6
LEVELS = ("basics", "in practice", "advanced")
ALWAYS = ("id", "slug", "name", "courseType")
DOMAINS = {
    "software": "computer-science",
    "data": "data-science",
    "finance": "business",
    "nursing": "life-sciences",
}


def error_answer(status: int, message: str) -> Response:
    """An error of this framework."""
    return JSONResponse({"errorCode": message, "message": None, "details": None}, status)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    limit = limited(world, "coursera", [Limit(120, MINUTE)], lambda: error_answer(429, "Too Many Requests"))
    router = APIRouter(prefix=BASE, dependencies=[Depends(name_request), limit])
    courses = courses_of(world)
    partners = [
        {"id": str(number), "name": f"University of {country.name}", "shortName": f"u{code.lower()}"}
        for number, (code, country) in enumerate(list(world.countries.items())[:PARTNERS], 1)
    ]

    @router.get("/courses.v1")
    def catalogue(request: Request) -> Response:
        if "q" in request.query_params:
            return error_answer(405, "Not Allowed")
        return page(courses, request, has_total=True)

    @router.get("/partners.v1")
    def institutions(request: Request) -> Response:
        return page(partners, request, has_total=False)

    @router.get("/degrees.v1")
    def degrees() -> Response:
        return error_answer(403, "Not Authorized")

    return router


def name_request(request: Request) -> None:
    """Gives every answer the number by which the provider finds it again."""
    request.state.headers["X-Coursera-Request-Id"] = uuid4().hex


def page(rows: list[dict[str, Any]], request: Request, *, has_total: bool) -> Response:
    """Rows from `start` on with the fields asked for; a field that is not known is passed over."""
    asked = dict(request.query_params)
    start = whole_number(asked, "start", 0, 0, 10_000_000, error_answer)
    limit = whole_number(asked, "limit", 100, 1, 1_000, error_answer)
    fields = {*ALWAYS, *asked.get("fields", "").split(",")}
    elements = [
        {name: value for name, value in row.items() if name in fields} for row in rows[start : start + limit]
    ]
    paging: dict[str, Any] = {"next": str(start + limit)} if start + limit < len(rows) else {}
    if has_total and start == 0:
        paging["total"] = len(rows)
    return JSONResponse({"elements": elements, "paging": paging, "linked": {}})


def courses_of(world: World) -> list[dict[str, Any]]:
    """Courses about the technologies of the market's occupations, more about what is asked for more."""
    found: dict[str, dict[str, Any]] = {}
    for occupation in world.occupations.values():
        domain = DOMAINS.get(occupation["family"], "personal-development")
        for place, technology in enumerate(occupation["technologies"][:8]):
            for number in range(1 + int(COURSES_PER_SUBJECT / (place + 1))):
                key = f"{technology}/{number}"
                title = f"{technology} {LEVELS[number % len(LEVELS)]} {number}"
                slug = "-".join(title.lower().split())
                subject = {"domainId": domain, "subdomainId": "-".join(technology.lower().split())}
                found[key] = {
                    "id": f"{int(1e12 * world.chance('coursera: id', key)):x}",
                    "slug": slug,
                    "courseType": "v2.ondemand",
                    "name": slug.replace("-", " ").title(),
                    "description": "An invented course.\n\nIn this course…",
                    "primaryLanguages": ["en"] if number % 4 else ["de"],
                    "workload": ("4-8 hours/week", "1 hour 30 minutes", "")[number % 3],
                    "partnerIds": [str(1 + number % 9)],
                    "instructorIds": [],
                    "specializations": [],
                    "certificates": ["VerifiedCert"],
                    "domainTypes": [subject] if world.chance("coursera: domain", key) < 0.9 else [],
                }
    return list(found.values())
